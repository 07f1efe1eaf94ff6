import HTTP
import JSON
import System
import WeCom

extension FakeAPI {
    func upload(_ call: APICall) throws(Refusal) -> JSONValue {
        guard let kind = call.request.query["type"].flatMap(FakeMedia.Kind.init) else {
            throw Refusal(40005, "invalid type")
        }
        guard let form = Multipart(call.request.body, contentType: call.request.headers["Content-Type"]) else {
            throw Refusal(40058, "no multipart/form-data")
        }
        guard form.parts.count == 1, let part = form.parts.first, part.name == "media",
            let name = part.parameters["filename"], !name.isEmpty
        else { throw Refusal(40058, "one part named media with a filename is due") }
        if let length = part.parameters["filelength"], Int(length) != part.bytes.count {
            throw Refusal(40006, "filelength is not the file's")
        }
        try MediaCheck(kind: kind, bytes: part.bytes).check()
        let media = store(Array(part.bytes), kind, named: name, of: call.app.corpID)
        transcript.add(media)
        return .success(
            .init("type", .string(kind.rawValue)), .init("media_id", .string(media.id)),
            .init("created_at", .string(String(clock.wall.seconds))))
    }

    func store(_ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, of corp: CorpID) -> FakeMedia {
        let now = clock.now
        return state.withLock { $0.media.add(bytes, kind, named: name, of: corp, at: now) }
    }

    func bytes(of media: FakeMedia) -> [UInt8]? {
        let now = clock.now
        return state.withLock { $0.media.file(media.id, of: media.corpID, at: now)?.bytes }
    }

    func download(_ call: APICall) throws(Refusal) -> HTTPResponse {
        guard let id = call.request.query["media_id"], !id.isEmpty else { throw Refusal(41006, "media_id missing") }
        let now = clock.now
        guard let file = state.withLock({ $0.media.file(id, of: call.app.corpID, at: now) }) else {
            throw Refusal(40007, "invalid media_id")
        }
        var headers: HTTPHeaders = [
            "Content-Type": file.media.contentType, "Accept-Ranges": "bytes",
            "Content-disposition": "attachment; filename=\"\(file.media.name)\"",
        ]
        switch ByteRange(call.request.headers["Range"], of: file.bytes.count) {
        case .all: return HTTPResponse(.ok, headers: headers, body: .whole(file.bytes))
        case .unsatisfiable:
            return HTTPResponse(HTTPStatus(416), headers: ["Content-Range": "bytes */\(file.bytes.count)"])
        case .part(let range):
            headers["Content-Range"] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.bytes.count)"
            return HTTPResponse(HTTPStatus(206), headers: headers, body: .whole(Array(file.bytes[range])))
        }
    }
}
