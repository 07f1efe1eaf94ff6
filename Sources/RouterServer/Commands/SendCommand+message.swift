import Crypto
import JSON
import System
import WeCom

extension SendCommand {
    /// Makes of the command line and standard input what `POST /v1/messages` takes.
    static func message(_ options: Options) async throws -> JSONValue {
        let content = try await content(options)
        let envelope = try envelope(options)
        if let twice = envelope.first(where: { member in content.contains { $0.name == member.name } }) {
            throw usage("the message says \(twice.name) itself: it cannot be given beside it.")
        }
        return .object(envelope + content)
    }

    private static func usage(_ message: String) -> UsageError { UsageError(message, command: "send") }

    // MARK: Who sends it, and to whom

    private static func envelope(_ options: Options) throws -> [JSONValue.Member] {
        let named = ["--to", "--party", "--tag", "--chat"].filter { options.value($0) != nil }
        if options.has("--all"), let stray = named.first {
            throw usage("--all is everybody: leave \(stray) out.")
        }
        let members: [(String, String?)] = [
            ("app", options.value("--app")), ("bot", options.value("--bot")), ("chat", options.value("--chat")),
            ("touser", options.has("--all") ? "@all" : try list("--to", options)),
            ("toparty", try list("--party", options)), ("totag", try list("--tag", options)),
        ]
        let marks = [("safe", "--safe"), ("enable_id_trans", "--id-trans")].filter { options.has($0.1) }
        return members.compactMap { name, value in value.map { .init(name, .string($0)) } }
            + marks.map { .init($0.0, 1) }
    }

    /// Ids with commas between them, as WeCom wants them.
    private static func list(_ option: String, _ options: Options) throws -> String? {
        guard let value = options.value(option) else { return nil }
        let ids = value.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
        guard !ids.isEmpty else { throw usage("\(option) needs a value.") }
        return ids.joined(separator: "|")
    }

    // MARK: What it is

    private static func content(_ options: Options) async throws -> [JSONValue.Member] {
        let kinds = ["--markdown", "--card", "--file", "--message"].filter {
            options.has($0) || options.value($0) != nil
        }
        guard kinds.count <= 1 else { throw usage("\(kinds[0]) and \(kinds[1]) are two messages: give one of them.") }
        for (option, owner) in [("--url", "--card"), ("--button", "--card"), ("--as", "--file")]
        where options.value(option) != nil && kinds.first != owner {
            throw usage("\(option) belongs to \(owner), which is not given.")
        }
        if kinds == ["--file"] || kinds == ["--message"], options.operands.first != nil {
            throw usage("a text is a message of its own: it cannot go with \(kinds[0]).")
        }
        switch kinds.first {
        case "--markdown": return typed("markdown", ["content": .string(try text(options))])
        case "--card": return try card(options)
        case "--file": return try await file(try given("--file", options), as: options.value("--as"))
        case "--message": return try wholeMessage(try given("--message", options))
        default: return typed("text", ["content": .string(try text(options))])
        }
    }

    private static func typed(_ type: String, _ content: JSONValue) -> [JSONValue.Member] {
        [.init("msgtype", .string(type)), .init(type, content)]
    }

    private static func given(_ option: String, _ options: Options) throws -> String {
        guard let value = options.value(option), !value.isEmpty else { throw usage("\(option) needs a value.") }
        return value
    }

    private static func card(_ options: Options) throws -> [JSONValue.Member] {
        guard let url = options.value("--url") else { throw usage("--card needs --url: where does it lead?") }
        let button = options.value("--button").map { [JSONValue.Member("btntxt", .string($0))] } ?? []
        let members: [JSONValue.Member] = [
            .init("title", .string(try given("--card", options))), .init("description", .string(try text(options))),
            .init("url", .string(url)),
        ]
        return typed("textcard", .object(members + button))
    }

    private static func file(_ path: String, as wanted: String?) async throws -> [JSONValue.Member] {
        let file = try await UploadFile(opening: path)
        let kind: UploadKind
        if let wanted {
            guard let known = UploadKind(rawValue: wanted) else {
                throw usage("--as takes \(UploadKind.choices), not \(shown(wanted)).")
            }
            kind = known
        } else {
            do { kind = try file.fittingKind() } catch { throw usage("\(path) cannot be sent: \(error).") }
        }
        guard file.size <= UploadKind.file.maxSize else {
            throw usage(
                "\(path) cannot be sent: \(UploadFault.tooLarge(size: file.size, limit: UploadKind.file.maxSize)).")
        }
        let bytes = try readFile(path, limit: UploadKind.file.maxSize)
        return [
            .init("msgtype", .string(kind.rawValue)),
            .init("upload", ["name": .string(file.name.text), "data": .string(Base64.encode(bytes))]),
        ]
    }

    /// Reads a message as large as the routes take it: a file may be in it.
    private static func wholeMessage(_ path: String) throws -> [JSONValue.Member] {
        let limit = 28 << 20
        let bytes = path == "-" ? try StandardInput.whole(limit: limit) : try readFile(path, limit: limit)
        let source = path == "-" ? "standard input" : path
        let json: JSONValue
        do { json = try JSONValue(parsing: bytes) } catch {
            throw usage("\(source) \(error.isTooMuch ? "has" : "is no JSON:") \(error).")
        }
        guard case .object(let members) = json else { throw usage("\(source) is no JSON object.") }
        return members
    }

    // MARK: The text

    /// Longer texts than any message takes are the server's to refuse, with its limit.
    private static func text(_ options: Options) throws -> String {
        let operand = options.operands.first ?? (StandardInput.isTerminal ? "" : "-")
        let text = operand == "-" ? try textFromInput() : operand
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw usage("there is nothing to send: give a TEXT, or - for standard input.")
        }
        return text
    }

    private static func textFromInput() throws -> String {
        let bytes = try StandardInput.whole(limit: 1 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw usage("standard input is no text in UTF-8.")
        }
        return String(text.reversed().drop(while: \.isNewline).reversed())
    }
}

extension UploadKind {
    fileprivate static var choices: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
