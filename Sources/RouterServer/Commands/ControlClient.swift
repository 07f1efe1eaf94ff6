import HTTP
import HTTPClient
import JSON
import Observability
import Router
import System
import Text
import WeCom

/// Reaches what is stored for a command: through the server that has the file, or by itself when nobody does.
struct ControlClient: Sendable {
    /// True if there is a server that carries out what is asked for; else it is only written down.
    let reachesServer: Bool
    private let send: @Sendable (HTTPRequest) async throws -> HTTPResponse

    /// Lends `body` a client and lets go of everything before it returns: a command that prints slowly, or is stopped while
    /// it does, holds nothing that others wait for.
    static func use<Value>(
        _ configuration: Configuration, _ body: (ControlClient) async throws -> Value
    ) async throws -> Value {
        let store = configuration.store
        guard store.isThere else { throw NoStore(path: store.path) }
        do {
            return try await useFile(configuration, body)
        } catch FileLock.Refusal.held(_, let holder) {
            return try await useServer(StoreHolder(path: store.path, process: holder), of: store, body)
        }
    }

    /// The same for the configuration that the options name. Where a server has the file nothing of it matters but the place of
    /// its store: neither faults elsewhere nor secrets that are not at hand.
    static func use<Value>(
        _ context: CommandContext, _ options: Options, _ body: (ControlClient) async throws -> Value
    ) async throws -> Value {
        let configuration: Configuration
        do {
            configuration = try context.configuration(options)
        } catch let error as ConfigurationError {
            let store = try context.store(options)
            guard store.isThere, let holder = holder(of: store) else { throw error }
            return try await useServer(holder, of: store, body)
        }
        return try await use(configuration, body)
    }

    /// The process that has the file, if one has.
    private static func holder(of store: Configuration.Store) -> StoreHolder? {
        do throws(FileLock.Refusal) {
            _ = try FileLock.acquire(guarding: store.path)
            return nil
        } catch {
            guard case .held(_, let holder) = error else { return nil }
            return StoreHolder(path: store.path, process: holder)
        }
    }

    /// While it holds the file's lock, Ctrl-Z does not stop the process: a server could not start.
    private static func useFile<Value>(
        _ configuration: Configuration, _ body: (ControlClient) async throws -> Value
    ) async throws -> Value {
        Process.restrictNewFiles()
        Signals.ignoreStops()
        defer { Signals.allowStops() }
        let current = Serving.Current(Serving(try configuration.directory()))
        let sink = LogSink.standardError(format: .text)
        defer { sink.close() }
        let opened = try await StoreService.open(
            configuration.store, named: configuration.node.name, serving: current, patience: .zero,
            log: Logger(to: sink, level: .error))
        let result: Result<Value, any Error>
        do {
            let blobs = try BlobFolder(at: configuration.store.blobs, shared: opened.shared.map(SharedBlobs.init))
            let routes = ControlRoutes(store: opened.store, current: current, blobs: blobs) {}
            result = .success(
                try await body(ControlClient(reachesServer: false) { await routes.answer($0.inOriginForm) }))
        } catch {
            result = .failure(error)
        }
        await opened.close()
        return try result.get()
    }

    /// Lends `body` a client of the server that runs: all that has to be known is where its store lies.
    static func useServer<Value>(
        of store: Configuration.Store, _ body: (ControlClient) async throws -> Value
    ) async throws -> Value {
        guard fileExists(store.controlSocket) else { throw NoServer(socket: store.controlSocket) }
        return try await useServer(StoreHolder(path: store.path, process: nil), of: store, body)
    }

    private static func useServer<Value>(
        _ holder: StoreHolder, of store: Configuration.Store, _ body: (ControlClient) async throws -> Value
    ) async throws -> Value {
        // A server of an earlier version has none and wants none.
        let key = try ControlKey.read(at: store.controlKey)
        let socket = store.controlSocket
        let transport = CurlTransport()
        var options = HTTPRequestOptions()
        options.unixSocket = socket
        options.maxBodySize = 16 << 20
        let client = ControlClient(reachesServer: true) { [options] request in
            var request = request
            if let key { request.headers["Authorization"] = "Bearer \(key.reveal())" }
            do throws(HTTPTransportError) {
                return try await transport.send(request, options)
            } catch {
                throw ServerSilent(holder: holder, socket: socket, cause: error)
            }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        await transport.close()
        return try result.get()
    }

    // MARK: Requests

    func get(_ path: String, _ query: [(name: String, value: String)] = []) async throws -> JSONValue {
        let parameters = query.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
        return try await ask(
            HTTPRequest(.get, "http://localhost\(path)" + (parameters.isEmpty ? "" : "?" + parameters)))
    }

    func post(_ path: String, _ body: JSONValue? = nil, headers: HTTPHeaders = [:]) async throws -> JSONValue {
        var request = HTTPRequest(.post, "http://localhost\(path)", headers: headers)
        if let body {
            request.headers["Content-Type"] = "application/json"
            request.body = body.bytes
        }
        return try await ask(request)
    }

    private func ask(_ request: HTTPRequest) async throws -> JSONValue {
        let response = try await send(request)
        let body = try JSONValue(parsing: response.bytes, limits: .lists)
        guard response.status.isSuccess else {
            let faults = body["faults"]?.array?.compactMap(\.string) ?? []
            let text = body["error"]?.string ?? response.status.description
            throw ControlComplaint(status: response.status, text: ([text] + faults).joined(separator: "\n"))
        }
        return body
    }
}

extension HTTPRequest {
    /// The request as it arrives at a server: without scheme and host.
    fileprivate var inOriginForm: HTTPRequest {
        var request = self
        request.target = "/" + target.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }.dropFirst()
        return request
    }
}

/// A refusal by the routes.
struct ControlComplaint: Error, CustomStringConvertible {
    let status: HTTPStatus
    let text: String
    var description: String { text }
}

private struct NoServer: Error, CustomStringConvertible {
    let socket: String
    var description: String { "no server runs here: there is no \(socket)" }
}

private struct NoStore: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) does not exist: no server has run with this configuration in this place yet" }
}

/// The process that has the file.
private struct StoreHolder: Sendable {
    let path: String
    let process: Int32?
}

private struct ServerSilent: Error, CustomStringConvertible {
    let holder: StoreHolder
    let socket: String
    let cause: HTTPTransportError

    var description: String {
        let who = holder.process.map { "process \($0)" } ?? "another process"
        return
            "\(holder.path) is in use by \(who), which does not answer on \(socket) (\(cause)): if it is starting or "
            + "stopping, ask again in a moment; else look at its log"
    }
}
