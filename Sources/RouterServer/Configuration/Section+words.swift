import WeCom
import YAML

extension Section {
    /// The words of a command under `name`, which must be given: a list, each item one word as it stands; or one text,
    /// cut at its white space.
    func words(_ name: String) -> [String] {
        guard case .sequence(let elements) = node(name)?.content else {
            let text = require(name, .text)
            return text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        if let first = elements.first { reading.remember(path(name), at: reading.place(first.start)) }
        let words = elements.indices.compactMap { index -> String? in
            let element = elements[index]
            guard case .scalar(let scalar) = element.content else {
                if element.content != .refused {
                    reading.fault(reading.place(element.start), path("\(name)[\(index)]"), "must be a single value")
                }
                return nil
            }
            guard case .present(let word) = written(scalar, at: element.start, path("\(name)[\(index)]")) else {
                return scalar.isNull ? nil : ""
            }
            return word.text
        }
        if words.first?.isEmpty ?? true { fault(name, "names no program: write it as in [claude, -p]") }
        return words
    }

    /// The words of a command that is run in another directory: a program's path is made absolute.
    func program(_ name: String) -> [String] {
        var words = words(name)
        guard let program = words.first, program.utf8.contains(UInt8(ascii: "/")) else { return words }
        words[0] = reading.absolute(program, writtenAt: reading.places[path(name)])
        return words
    }

    /// A list of paths, each as it is opened.
    func paths(_ name: String) -> [String] {
        (list(name, .text) ?? []).map { reading.resolved($0, writtenAt: reading.places[path(name)]) }
    }

    /// A mapping of names of the user's own to values that may be secret; empty when there is none.
    func secrets(_ name: String) -> [String: Secret] {
        var secrets: [String: Secret] = [:]
        section(name) { section in
            for entry in section.entryNames {
                if section.isEmptyText(entry) {
                    _ = section.node(entry)
                    secrets[entry] = Secret("")
                } else {
                    section.read(entry, .secretValue, into: &secrets[entry])
                }
            }
        }
        return secrets
    }
}

extension Form where Value == Secret {
    /// A value that is not repeated.
    fileprivate static var secretValue: Form {
        Form(placeholder: Secret("")) { text in
            let limit = 32 << 10
            guard text.utf8.count <= limit, !text.utf8.contains(0) else {
                return .mismatch("is longer than \(limit) bytes, or holds a NUL")
            }
            return .fits(Secret(text))
        }
    }
}
