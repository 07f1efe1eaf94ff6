package import HTTP
import JSON
import Text

/// The way in which WeCom's own installer comes by a bot: an administrator scans a code with the phone, creates the bot
/// there, and its id and secret can be fetched here. WeCom documents nothing of it, and may change it.
package struct BotCreation: Sendable {
    package static let officialAddress = "https://work.weixin.qq.com"

    /// A code for an administrator to scan.
    package struct Invitation: Sendable, Equatable {
        /// The address that the code shows.
        package let url: String
        /// Fetches the secret for anybody who has it.
        let code: Secret
    }

    package enum Progress: Sendable, Equatable {
        case waiting
        /// The administrator has scanned the code, and has yet to decide.
        case scanned
        /// Too late for this code.
        case expired
        case created(BotID, Secret)
    }

    private let base: String
    private let transport: any HTTPTransport

    /// `base` has no slash at its end.
    package init(at base: String, over transport: any HTTPTransport) {
        self.base = base
        self.transport = transport
    }

    package func begin() async throws(BotCreationError) -> Invitation {
        let data = try await ask("generate?source=wecom-router&sourceID=wecom-router&plat=3")
        let (code, url) = (try data.text("scode"), try data.text("auth_url"))
        guard url.begins(with: "https://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .unreadable("auth_url is no https address")
        }
        return Invitation(url: url, code: Secret(code))
    }

    package func progress(of invitation: Invitation) async throws(BotCreationError) -> Progress {
        let data = try await ask("query_result?scode=\(percentEncoded(invitation.code.reveal()))")
        switch try data.text("status") {
        case "wait": return .waiting
        // WeCom's spelling, and the other.
        case "scaned", "scanned": return .scanned
        case "expired": return .expired
        case "success":
            guard let bot = data.json["bot_info"] else { throw .unreadable("there is no bot_info") }
            let info = BotCreationData(json: bot)
            return .created(BotID(try info.text("botid")), Secret(try info.text("secret")))
        case let other:
            throw .unreadable("the status \(other.cut(toCharacters: 40, bytes: 160, mark: "…")) is not known")
        }
    }

    private static let largest = 64 << 10

    /// Returns what stands under `data`.
    private func ask(_ call: String) async throws(BotCreationError) -> BotCreationData {
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(15)
        options.maxBodySize = BotCreation.largest
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await transport.send(HTTPRequest(.get, "\(base)/ai/qc/\(call)"), options)
        } catch {
            throw .transport(error)
        }
        guard response.status == .ok else { throw .status(response.status) }
        guard let json = try? JSONValue(parsing: response.bytes), case .object = json else {
            throw .unreadable("it is no JSON")
        }
        if let code = json["errcode"]?.integer, code != 0 {
            throw .refused(ErrorCode(code), json["errmsg"]?.string?.cut(toCharacters: 200, bytes: 800, mark: "…") ?? "")
        }
        guard let data = json["data"], case .object = data else { throw .unreadable("there is no data") }
        return BotCreationData(json: data)
    }
}

/// The fields of an answer.
private struct BotCreationData {
    let json: JSONValue

    private static let longest = 2048

    func text(_ name: String) throws(BotCreationError) -> String {
        guard let text = json[name]?.string, !text.isEmpty else { throw .unreadable("there is no \(name)") }
        guard text.utf8.count <= BotCreationData.longest else { throw .unreadable("\(name) is too long") }
        return text
    }
}
