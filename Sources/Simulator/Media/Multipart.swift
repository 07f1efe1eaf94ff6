/// A body of `multipart/form-data`, read without mercy: what WeCom might take and might not is refused.
package struct Multipart {
    package struct Part {
        package let name: String
        package let parameters: [String: String]
        package let bytes: ArraySlice<UInt8>
    }

    package private(set) var parts: [Part] = []
    private static let mostParts = 32

    /// nil when the content type or the body is not as RFC 7578 wants it.
    package init?(_ body: [UInt8], contentType: String?) {
        guard let contentType, let boundary = boundary(in: contentType) else { return nil }
        let opening = Array("--\(boundary)\r\n".utf8)
        let between = Array("\r\n--\(boundary)".utf8)
        guard body.starts(with: opening) else { return nil }
        var rest = body.dropFirst(opening.count)
        while parts.count < Multipart.mostParts {
            guard let end = rest.firstRange(of: between), let part = Part(rest[..<end.lowerBound]) else { return nil }
            parts.append(part)
            rest = rest[end.upperBound...]
            if rest.elementsEqual("--\r\n".utf8) || rest.elementsEqual("--".utf8) { return }
            guard rest.starts(with: "\r\n".utf8) else { return nil }
            rest = rest.dropFirst(2)
        }
        return nil
    }
}

extension Multipart.Part {
    fileprivate init?(_ bytes: ArraySlice<UInt8>) {
        guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)),
            let head = String(validating: bytes[..<blank.lowerBound], as: UTF8.self)
        else { return nil }
        let lines = head.split(separator: "\r\n").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
        guard lines.allSatisfy({ $0.count == 2 }),
            let disposition = lines.first(where: { $0[0].lowercased() == "content-disposition" })?[1],
            let parameters = dispositionParameters(disposition), let name = parameters["name"]
        else { return nil }
        self.init(name: name, parameters: parameters, bytes: bytes[blank.upperBound...])
    }
}

/// `form-data; name="media"; filename="a.png"; filelength=220`. nil when it is anything else, or a quote is missing.
private func dispositionParameters(_ text: String) -> [String: String]? {
    let fields = splitOutsideQuotes(text).map { $0.trimmingSpaces }
    guard fields.first == "form-data" else { return nil }
    var parameters: [String: String] = [:]
    for field in fields.dropFirst() {
        let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2, parameters[pair[0]] == nil else { return nil }
        let isQuoted = pair[1].hasPrefix("\"") && pair[1].hasSuffix("\"") && pair[1].utf8.count >= 2
        let value = isQuoted ? String(pair[1].dropFirst().dropLast()) : pair[1]
        guard !value.contains("\"") else { return nil }
        parameters[pair[0].lowercased()] = value
    }
    return parameters
}

private func splitOutsideQuotes(_ text: String) -> [String] {
    var pieces = [""]
    var isQuoted = false
    for character in text {
        if character == "\"" { isQuoted.toggle() }
        if character == ";", !isQuoted { pieces.append("") } else { pieces[pieces.count - 1].append(character) }
    }
    return pieces
}

private func boundary(in contentType: String) -> String? {
    let fields = splitOutsideQuotes(contentType).map { $0.trimmingSpaces }
    guard fields.first?.lowercased() == "multipart/form-data" else { return nil }
    let named = fields.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
    let text = named.map { $0.dropFirst("boundary=".count).filter { $0 != "\"" } } ?? ""
    return (1...70).contains(text.utf8.count) ? text : nil
}

extension String {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

extension ArraySlice<UInt8> {
    /// Finds where `run` stands first.
    fileprivate func firstRange(of run: [UInt8]) -> Range<Int>? {
        guard let first = run.first else { return nil }
        var position = startIndex
        while let found = self[position...].firstIndex(of: first), found + run.count <= endIndex {
            if self[found..<found + run.count].elementsEqual(run) { return found..<found + run.count }
            position = found + 1
        }
        return nil
    }
}
