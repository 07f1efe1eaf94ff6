import Text
import WeCom

/// The variables of a `.env`: lines of `NAME=value`, with or without `export` in front, and comments behind `#`.
///
/// A value in single quotes stands as it is; in double quotes `\n`, `\"`, `\$` and `\\` are read; without quotes it ends before
/// ` #` and is taken without the white space around it. A value is one line, and nothing is put into it.
struct EnvironmentFile {
    let path: String
    private(set) var variables: [String: Secret] = [:]
    /// The line on which each variable gets its value.
    private(set) var lines: [String: Int] = [:]
    private(set) var faults: [Fault] = []
    /// The lines that cannot be read of a file that nobody named: it may be another program's, and is only remarked on.
    private(set) var doubts: [Fault] = []

    static let usualName = ".env"
    static let maxBytes = 1 << 20

    init(_ text: String, named path: String) {
        self.path = path
        let unmarked = text.after("\u{FEFF}") ?? text[...]
        for (index, line) in unmarked.lines.enumerated() {
            let words = line.withoutSpaceAround
            if words.isEmpty || words.utf8.first == UInt8(ascii: "#") { continue }
            do throws(Malformed) {
                let (name, value) = try EnvironmentFile.assignment(words)
                variables[name] = Secret(value)
                lines[name] = index + 1
            } catch {
                faults.append(Fault(.file(path, line: index + 1, column: 1), error.complaint))
            }
        }
    }

    private struct Malformed: Error {
        let complaint: String
    }

    private static func assignment(_ line: Substring) throws(Malformed) -> (String, String) {
        let rest = line.after("export ")?.withoutSpaceAround ?? line
        guard let (before, behind) = rest.cut(around: "=") else {
            throw Malformed(complaint: "must be NAME=value, or begin with # if it is a remark")
        }
        let name = String(before.withoutSpaceAround)
        guard isVariableName(name) else {
            throw Malformed(complaint: "has no name of a variable before the =: write NAME=value")
        }
        return (name, try value(behind.withoutSpaceAround, of: name))
    }

    private static func value(_ text: Substring, of name: String) throws(Malformed) -> String {
        guard let quote = text.utf8.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            if text.utf8.first == UInt8(ascii: "#") { return "" }
            return String((text.cut(around: " #")?.before ?? text).withoutSpaceAround)
        }
        var value: [UInt8] = []
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            if byte == quote {
                let remark = Substring(rest).withoutSpaceAround
                guard remark.isEmpty || remark.utf8.first == UInt8(ascii: "#") else {
                    throw Malformed(
                        complaint: "\(name) has something behind its closing quote: remove it, or quote it all")
                }
                return String(decoding: value, as: UTF8.self)
            }
            guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\""), let next = rest.first else {
                value.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): value.append(next)
            default: value += [byte, next]
            }
            rest.removeFirst()
        }
        throw Malformed(complaint: "\(name) has no closing quote: a value is one line")
    }
}

extension EnvironmentFile {
    /// Reads the file that is named, or the one beside the configuration if it is there; nil when there is none. The
    /// latter may be somebody else's, so nothing in it keeps us from what we do without it.
    static func load(
        _ named: String?, beside configuration: String?, _ files: ConfigurationFiles
    ) throws -> EnvironmentFile? {
        let path = named ?? enclosingFolder(of: configuration) + usualName
        if named != nil { return EnvironmentFile(try text(path, files), named: path) }
        guard files.exists(path) else { return nil }
        var file: EnvironmentFile
        do throws(ConfigurationError) {
            file = EnvironmentFile(try text(path, files), named: path)
        } catch {
            file = EnvironmentFile("", named: path)
            file.faults = [Fault(.file(path, line: 1, column: 1), "is left out: \(error)")]
        }
        (file.doubts, file.faults) = (file.faults, [])
        return file
    }

    private static func text(_ path: String, _ files: ConfigurationFiles) throws(ConfigurationError) -> String {
        let bytes: [UInt8]
        do {
            bytes = try files.read(path, maxBytes)
        } catch {
            throw .unreadable("\(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable("\(path) holds no text in UTF-8")
        }
        return text
    }
}

extension EnvironmentFile? {
    /// The environment with the variables of the file that it does not have itself.
    func completing(_ environment: [String: String]) -> [String: String] {
        environment.merging(self?.variables.mapValues { $0.reveal() } ?? [:]) { own, _ in own }
    }
}
