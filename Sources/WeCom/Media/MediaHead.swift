import HTTP
import Text

/// The head of an answer of `media/get`, as far as it tells of the bytes that follow.
struct MediaHead {
    /// The name that WeCom gives the file.
    let name: String?
    /// The whole file's size, unless the answer keeps it to itself.
    let length: Int?
    /// The part of the file that this is, and the size of the whole; nil for a whole one.
    let range: (start: Int, total: Int)?
    /// WeCom refuses with a 200 as well. What comes with a name is a file, even if it is JSON.
    let mayBeRefusal: Bool
    private let errorCode: Int64?

    static let largestRefusal = 4096

    init(_ response: HTTPStreamedResponse, asked range: Range<Int>?) throws(WeComError) {
        let headers = response.headers
        switch response.status {
        case .ok where (range?.lowerBound ?? 0) == 0: self.range = nil
        case .partialContent where range != nil:
            guard let part = headers["Content-Range"].flatMap(MediaHead.range) else {
                throw .unreadable(status: response.status, reason: "media/get answered without the range that it is")
            }
            self.range = part
        default: throw .unreadable(status: response.status, reason: "not the 200 or 206 of media/get")
        }
        let disposition = headers["Content-Disposition"]
        // WeCom names each file. A page without a name is of somebody in between, such as a proxy that asks for a login.
        if disposition == nil, (headers["Content-Type"] ?? "").begins(withAnyCaseOf: "text/html") {
            throw .unreadable(status: response.status, reason: "a page of HTML and no file: is a proxy in the way?")
        }
        name = disposition.flatMap(fileName(inContentDisposition:))
        length = headers["Content-Length"].flatMap { Int($0) }
        errorCode = headers["Error-Code"].flatMap { Int64($0) }.flatMap { $0 == 0 ? nil : $0 }
        mayBeRefusal = disposition == nil && (MediaHead.isText(headers["Content-Type"]) || errorCode != nil)
    }

    /// Throws what WeCom refuses with, if `body` is a refusal: a small JSON object with an `errcode`, or nothing but the
    /// code in the head.
    func throwRefusal(in body: [UInt8], carrying secret: Secret) throws(WeComError) {
        guard body.count < Self.largestRefusal else { return }
        if body.isEmpty, let errorCode { throw .refused(ErrorCode(errorCode), message: "media/get") }
        guard body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return }
        do throws(WeComError) {
            _ = try APIWire.answer(in: .json(.ok, body), carrying: secret)
        } catch {
            if case .refused = error { throw error }
        }
    }

    private static func isText(_ contentType: String?) -> Bool {
        let type = (contentType ?? "").lowercasedASCII
        return type.begins(with: "text/") || type.has("json")
    }

    /// `bytes 0-19999999/52428800`.
    private static func range(_ field: String) -> (start: Int, total: Int)? {
        let parts = field.pieces(keepingEmpty: false) { " -/".utf8.contains($0) }
        guard parts.count == 4, parts[0].isSameToken(as: "bytes"), let start = Int(parts[1]), let total = Int(parts[3])
        else { return nil }
        return (start, total)
    }
}
