import HTTP
import HTTPClient
import System

enum HealthCommand: Command {
    static let summary = "ask a running server whether it answers"

    static let help = CommandHelp(
        "health",
        """
        Usage: wecom-router health [--config FILE] [--url URL]

        Asks a running server's /health, for a container's health check. Exit status 0 if it answers, else 1.

          --config FILE    the server's configuration, for its port; faults elsewhere in it, and secrets, do not matter
          --env-file FILE  variables for it; else the .env beside it, if there is one
          --url URL        ask there instead, as in http://127.0.0.1:8645/health

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let url =
            try options.value("--url")
            ?? address(
                of: Configuration.loadServer(
                    file: options.value("--config"), environmentFile: options.value("--env-file"),
                    environment: context.environment))
        var request = HTTPRequestOptions()
        request.totalTimeout = .seconds(3)
        let transport = CurlTransport()
        let result = await ask(url, request, transport)
        await transport.close()
        switch result {
        case nil:
            context.print("ok\n")
            return .done
        case let reason?:
            complain("\(url) is not healthy: \(reason)")
            return .failed
        }
    }

    /// Nil if the server answers as it should, else what came instead.
    private static func ask(_ url: String, _ options: HTTPRequestOptions, _ transport: CurlTransport) async -> String? {
        do throws(HTTPTransportError) {
            let response = try await transport.send(HTTPRequest(.get, url), options)
            return response.status == .ok ? nil : response.status.description
        } catch {
            return error.description
        }
    }

    private static func address(of server: Configuration.Server) -> String {
        switch server.host {
        case "0.0.0.0", "": "http://127.0.0.1:\(server.port)/health"
        case "::": "http://[::1]:\(server.port)/health"
        case let host: "http://\(host.contains(":") ? "[\(host)]" : host):\(server.port)/health"
        }
    }
}
