import HTTP
import Lanes
import Text
import WeCom

/// A base URL on this machine, at which WeCom is played.
struct LoopbackURL: Sendable, Equatable {
    let text: String
    /// nil where none is named.
    let port: Int?
    /// The name or address of the machine, an IPv6 address in brackets.
    let host: String

    init(port: Int) {
        host = "127.0.0.1"
        self.port = port
        text = "http://\(host):\(port)"
    }

    /// nil for a URL of any other machine, and for what is none.
    init?(_ text: String) {
        guard text.begins(with: "http://") else { return nil }
        let rest = text.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" }  // short: an option
        guard authority.utf8.count == rest.utf8.count || rest.utf8.count == authority.utf8.count + 1 else { return nil }
        let field = HostField(String(authority))
        host = field.name
        let isOfIPv4 = field.isAddress && host.begins(with: "127.")
        guard isOfIPv4 || ["localhost", "[::1]"].contains(host) else { return nil }  // short: an option
        let port = authority.dropFirst(host.count)
        if port.isEmpty {
            self.port = nil
        } else {
            guard port.begins(with: ":"), let number = UInt16(port.dropFirst()) else { return nil }
            self.port = Int(number)
        }
        self.text = "http://\(authority)"
    }

    /// The address at which the long connections of bots are played.
    var webSocketURL: String { "ws" + text.dropFirst("http".count) + "/" }

    /// Reads the option of a command.
    init?(_ options: Options, of command: String) throws {
        guard let text = options.value("--api-base-url") else { return nil }
        guard let url = LoopbackURL(text) else {
            throw UsageError(
                "--api-base-url takes an address of this machine where WeCom is played, as in http://127.0.0.1:8650, not "
                    + "\(shown(text)): every app's secret goes there.", command: command)
        }
        self = url
    }
}

extension Configuration {
    /// The same with WeCom played at `url`: no proxy leads there, no certificate is looked at, and callbacks come from this
    /// machine.
    func withWeCom(at url: LoopbackURL) -> Configuration {
        var configuration = self
        configuration.server.allowedSources = []
        for index in configuration.apps.indices {
            configuration.apps[index].apiBaseURL = url.text
            (configuration.apps[index].proxy, configuration.apps[index].caFile) = (nil, nil)
        }
        return configuration.withBotsAnswering(at: url)
    }

    /// The same with bots that answer, and fetch files, where WeCom is played.
    func withBotsAnswering(at url: LoopbackURL) -> Configuration {
        var configuration = self
        for index in configuration.bots.indices {
            configuration.bots[index].outside.responseURL = url.text + ResponseURL.path
            configuration.bots[index].outside.fetchesPrivately = true
            if case .socket(var socket) = configuration.bots[index].wire {
                socket.address = url.webSocketURL
                configuration.bots[index].wire = .socket(socket)
            }
            (configuration.bots[index].outside.proxy, configuration.bots[index].outside.caFile) = (nil, nil)
        }
        return configuration
    }
}
