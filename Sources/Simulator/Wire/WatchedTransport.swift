import HTTP
import JSON
import Lifecycle
import System
import WeCom

/// The way by which callbacks go out: the wire keeps them, and those for which a fault was ordered meet it.
struct WatchedTransport: HTTPTransport {
    let inner: any HTTPTransport
    let wire: Wire
    let faults: Faults

    func send(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        guard wire.isWatched || faults.concern(.callback), let opened = wire.open(request) else {
            return try await inner.send(request, options)
        }
        let (fault, _) = faults.take(.callback) { opened.isAbout($0) }
        let response = try await post(request, options, opened, meeting: fault)
        guard case .twice = fault, response.status == .ok else { return response }
        return try await post(opened.resealed(request, at: .now), options, opened, meeting: fault)
    }

    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse { try await inner.stream(request, options) }

    private func post(
        _ request: HTTPRequest, _ options: HTTPRequestOptions, _ opened: OpenedCallback, meeting fault: Faults.Kind?
    ) async throws(HTTPTransportError) -> HTTPResponse {
        let began = MonotonicTime.now
        let document = CallbackDocument(opened)
        let entry = WireEntry(posting: request, opened, on: wire)
        let id = wire.begin(entry, followingStream: document.stream.map { "stream:\($0)" })
        if let fault { wire.change(id) { $0.fault = fault } }
        do throws(HTTPTransportError) {
            let response = try await exchange(request, options, meeting: fault)
            wire.change(id) { $0.end(with: response, opened, after: MonotonicTime.now.since(began)) }
            return response
        } catch {
            wire.change(id) { ($0.failure, $0.took) = ("\(error)", MonotonicTime.now.since(began)) }
            throw error
        }
    }

    private func exchange(
        _ request: HTTPRequest, _ options: HTTPRequestOptions, meeting fault: Faults.Kind?
    ) async throws(HTTPTransportError) -> HTTPResponse {
        switch fault {
        case nil, .twice: return try await inner.send(request, options)
        case .slow(let delay):
            try? await Task.sleep(for: delay)
            return try await inner.send(request, options)
        case .silence:
            _ = try await inner.send(request, options)
            throw .unanswered("the answer was lost, as ordered")
        default: throw .notSent("nothing was posted, as ordered")
        }
    }
}

extension OpenedCallback {
    fileprivate func isAbout(_ scope: Faults.Scope) -> Bool {
        guard case .app(let app) = receiver else { return false }
        if let wanted = scope.app, wanted != app.identity { return false }
        if let corp = scope.corp, corp != app.corpID { return false }
        return scope.user.map { CallbackDocument(self).users.contains($0) } ?? true
    }
}

extension WireEntry {
    fileprivate mutating func end(with response: HTTPResponse, _ opened: OpenedCallback, after time: Duration) {
        (status, took) = (response.status.code, time)
        let document = opened.opened(response.bytes)
        answer = Side(
            line: "\(response.status)", headers: response.headers.fields.map { "\($0.name): \($0.value)" },
            body: response.bytes, opened: document)
        guard let document, let json = try? JSONValue(parsing: document),
            let stream = json["stream"]?["id"]?.string
        else { return }
        links.insert("stream:\(stream)")
    }
}
