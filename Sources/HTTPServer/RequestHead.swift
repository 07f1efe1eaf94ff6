package import HTTP

/// The head of a request, checked: what follows can be read without looking at header fields again.
package struct RequestHead: Sendable {
    package enum Framing: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    package let method: HTTPMethod
    package let target: String
    package let isHTTP11: Bool
    package let headers: HTTPHeaders
    package let framing: Framing
    package let keepsAlive: Bool
    package let expectsContinue: Bool
    package let wantsUpgrade: Bool
}

/// The reason why a request is refused: the status that says it to the client.
package struct RequestRefused: Error, Sendable, Equatable {
    package let status: HTTPStatus
    package init(_ status: HTTPStatus) { self.status = status }
}

extension RequestHead {
    /// Parses a complete head: from the request line to the empty line, which is left out. Strict: what two servers
    /// might read differently is refused, since a proxy in front of us is such another server.
    package init(parsing bytes: ArraySlice<UInt8>, limits: HTTPLimits) throws(RequestRefused) {
        var lines = HeadLines(bytes)
        guard let requestLine = lines.next() else { throw RequestRefused(.badRequest) }
        let (method, target, isHTTP11) = try parseRequestLine(requestLine)
        var fields = HeaderFacts()
        while let line = lines.next() {
            try fields.add(line, limits: limits)
        }
        guard fields.hostCount == 1 || (!isHTTP11 && fields.hostCount == 0) else { throw RequestRefused(.badRequest) }
        self.method = method
        self.target = target
        self.isHTTP11 = isHTTP11
        framing = try fields.framing(isHTTP11: isHTTP11)
        headers = fields.headers
        keepsAlive = isHTTP11 ? !fields.saysClose : fields.saysKeepAlive && !fields.saysClose
        expectsContinue = isHTTP11 && fields.expectsContinue && framing != .none
        wantsUpgrade = isHTTP11 && fields.saysUpgrade && fields.hasUpgrade
    }
}

/// The lines of a head whose line ends have been checked to be CRLF, each without its end.
private struct HeadLines {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\r")) ?? rest.endIndex
        defer { rest = rest[min(end + 2, rest.endIndex)...] }
        return rest[..<end]
    }
}

private func parseRequestLine(
    _ line: ArraySlice<UInt8>
) throws(RequestRefused) -> (HTTPMethod, target: String, isHTTP11: Bool) {
    let space = UInt8(ascii: " ")
    guard let first = line.firstIndex(of: space), let last = line.lastIndex(of: space), first < last else {
        throw RequestRefused(.badRequest)
    }
    let (method, target, version) = (line[..<first], line[(first + 1)..<last], line[(last + 1)...])
    guard (1...16).contains(method.count), method.allSatisfy(\.isTokenCharacter) else {
        throw RequestRefused(.badRequest)
    }
    guard !target.isEmpty, target.allSatisfy(\.isTargetCharacter) else { throw RequestRefused(.badRequest) }
    let isHTTP11 = try parseVersion(version)
    return (HTTPMethod(String(decoding: method, as: UTF8.self)), try originForm(target), isHTTP11)
}

private func parseVersion(_ version: ArraySlice<UInt8>) throws(RequestRefused) -> Bool {
    if version.elementsEqual("HTTP/1.1".utf8) { return true }
    if version.elementsEqual("HTTP/1.0".utf8) { return false }
    let isVersion =
        version.count == 8 && version.starts(with: "HTTP/".utf8) && version[version.startIndex + 6] == UInt8(ascii: ".")
    throw RequestRefused(isVersion ? .versionNotSupported : .badRequest)
}

/// Path and query. A proxy may send the absolute form, whose scheme and authority carry nothing for us.
private func originForm(_ target: ArraySlice<UInt8>) throws(RequestRefused) -> String {
    var target = target
    if target.first != UInt8(ascii: "/") {
        guard let scheme = ["http://", "https://"].first(where: { target.starts(with: $0.utf8) }) else {
            throw RequestRefused(.badRequest)
        }
        let rest = target.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex else { throw RequestRefused(.badRequest) }
        target = rest[end...]
    }
    let text = String(decoding: target, as: UTF8.self)
    return target.first == UInt8(ascii: "/") ? text : "/" + text
}

/// The facts in header fields that matter for reading the rest, collected line by line.
private struct HeaderFacts {
    private(set) var headers = HTTPHeaders()
    private(set) var hostCount = 0
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private(set) var saysUpgrade = false
    private(set) var hasUpgrade = false
    private(set) var expectsContinue = false
    private var contentLength: Int?
    private var isChunked = false

    mutating func add(_ line: ArraySlice<UInt8>, limits: HTTPLimits) throws(RequestRefused) {
        guard headers.fields.count < limits.headerCount else { throw RequestRefused(.headersTooLarge) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isTokenCharacter)
        else { throw RequestRefused(.badRequest) }
        let content = trimmed(line[(colon + 1)...])
        guard content.allSatisfy(\.isFieldCharacter) else { throw RequestRefused(.badRequest) }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = String(decoding: content, as: UTF8.self)
        try note(name, value, content)
        headers.append(name, value)
    }

    private mutating func note(
        _ name: String,
        _ value: String,
        _ content: ArraySlice<UInt8>
    ) throws(RequestRefused) {
        switch name.utf8.count {
        case 4 where name.isSameToken(as: "host"):
            hostCount += 1
            guard !content.contains(where: { $0 == 0x20 || $0 == 0x2C }) else { throw RequestRefused(.badRequest) }
        case 6 where name.isSameToken(as: "expect"):
            guard value.isSameToken(as: "100-continue") else { throw RequestRefused(.expectationFailed) }
            expectsContinue = true
        case 7 where name.isSameToken(as: "upgrade"):
            hasUpgrade = true
        case 10 where name.isSameToken(as: "connection"):
            for option in content.split(separator: 0x2C) {
                noteConnection(String(decoding: trimmed(option), as: UTF8.self))
            }
        case 14 where name.isSameToken(as: "content-length"):
            guard contentLength == nil, let length = decimal(content) else { throw RequestRefused(.badRequest) }
            contentLength = length
        case 17 where name.isSameToken(as: "transfer-encoding"):
            guard !isChunked else { throw RequestRefused(.badRequest) }
            guard value.isSameToken(as: "chunked") else { throw RequestRefused(.notImplemented) }
            isChunked = true
        default: break
        }
    }

    private mutating func noteConnection(_ option: String) {
        if option.isSameToken(as: "close") { saysClose = true }
        if option.isSameToken(as: "keep-alive") { saysKeepAlive = true }
        if option.isSameToken(as: "upgrade") { saysUpgrade = true }
    }

    func framing(isHTTP11: Bool) throws(RequestRefused) -> RequestHead.Framing {
        if isChunked {
            guard isHTTP11, contentLength == nil else { throw RequestRefused(.badRequest) }
            return .chunked
        }
        guard let contentLength, contentLength > 0 else { return .none }
        return .length(contentLength)
    }
}

/// Digits and nothing else. Beyond 18 of them no limit is in doubt.
private func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard (1...18).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int(byte - 0x30)
    }
    return value
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
}

extension UInt8 {
    /// RFC 9110's `tchar`.
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Visible ASCII; a fragment has no business in a request.
    fileprivate var isTargetCharacter: Bool { self > 0x20 && self < 0x7F && self != UInt8(ascii: "#") }

    /// Visible characters, space, tab and the upper half; no control characters.
    fileprivate var isFieldCharacter: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }
}
