import HTTP
import JSON
import System
import Text
import WeCom

extension Wire {
    /// Answers a call of the API, and keeps it where somebody watches.
    func watching(_ request: HTTPRequest, answeredBy api: FakeAPI) async -> HTTPResponse {
        guard isWatched else { return await api.answer(request) }
        let began = MonotonicTime.now
        let id = begin(WireEntry(call: request, of: api))
        let response = await api.answer(request) { fault in change(id) { $0.fault = fault } }
        change(id) { $0.end(with: response, after: MonotonicTime.now.since(began), api.transcript) }
        return response
    }
}

extension WireEntry {
    /// A call that came in, before it is answered.
    fileprivate init(call request: HTTPRequest, of api: FakeAPI) {
        let name = request.path.after("/cgi-bin/").map(String.init) ?? String(request.path)
        self.init(.call, name.cut(toBytes: 80), at: api.clock.wall)
        subject = api.caller(of: request).map { .app($0) }
        users = api.users(in: request)
        let isText = request.headers["Content-Type"]?.begins(with: "multipart/") != true
        self.request = Side(
            line: "\(request.method) \(request.target)",
            headers: request.headers.fields.map { "\($0.name): \($0.value)" },
            body: isText ? request.body : Array("(\(request.body.count) B)".utf8))
        let json = try? JSONValue(parsing: self.request.body)
        note = [json?["msgtype"]?.string, request.query["type"]].compactMap { $0 }.joined(separator: " · ")
        if note.isEmpty, case .app(let app) = subject { note = "\(app.agentID)" }
        if let id = json?["msgid"]?.string { links.insert(id) }
        if let id = request.query["media_id"] { links.insert(id) }
    }

    fileprivate mutating func end(with response: HTTPResponse, after time: Duration, _ transcript: Transcript) {
        (status, took) = (response.status.code, time)
        if case .streamed = response.body {
            (status, failure) = (nil, "the answer was lost, as ordered")
            return
        }
        answer = Side(
            line: "\(response.status)", headers: response.headers.fields.map { "\($0.name): \($0.value)" },
            body: response.bytes)
        guard let json = try? JSONValue(parsing: response.bytes) else { return }
        code = json["errcode"]?.integer
        for name in ["msgid", "media_id"] {
            if let id = json[name]?.string { links.insert(id) }
        }
        if let id = json["msgid"]?.string, let message = transcript.message(id) { silences = message.silences }
    }
}
