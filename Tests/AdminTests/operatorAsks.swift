import HTTP
import HTTPClient
import JSON
import TestSupport
import WeCom

@testable import RouterServer

/// Posts to a path of the control socket, as a command does.
func operatorAsks(_ path: String, of visitor: AdminVisitor) async throws -> JSONValue {
    let store = visitor.world.configuration.store
    guard let key = try ControlKey.read(at: store.controlKey) else { throw Unexpected("no key") }
    var options = HTTPRequestOptions()
    options.unixSocket = store.controlSocket
    let request = HTTPRequest(
        .post, "http://localhost\(path)", headers: ["Authorization": "Bearer \(key.reveal())"])
    return try JSONValue(parsing: try await visitor.client.send(request, options).bytes)
}
