import System
import TOML
import WeCom
import YAML

/// The configuration of another program, made into one of ours that was tried.
struct Import {
    let kind: ForeignKind
    let notes: ImportNotes
    let draft: ConfigurationDraft
    /// The files that were read.
    let sources: [String]

    /// Larger files are not read.
    static let maxBytes = 1 << 20

    /// Reads `file`, as that of `kind` or of whom it looks like, with the variables of `environmentFile` or of the `.env`
    /// beside it.
    ///
    /// Throws a `ConfigurationError` with the places of what is wrong, or an `ImportFailure`.
    init(
        _ file: String, from kind: ForeignKind?, environmentFile: String?, files: ConfigurationFiles = .system
    ) throws {
        let bytes: [UInt8]
        do {
            bytes = try files.read(file, Self.maxBytes)
        } catch {
            throw ConfigurationError.unreadable("\(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError.unreadable("\(file) holds no text in UTF-8")
        }
        let format = ForeignSyntax(of: text)
        let variables =
            format == .variables
            ? EnvironmentFile(text, named: file) : try EnvironmentFile.load(environmentFile, beside: file, files)
        if let faults = variables?.faults, !faults.isEmpty { throw ConfigurationError.faults(faults, warnings: []) }
        let variableNode = variables.map { ForeignNode($0) }
        let root = try Self.root(bytes, text, format, kind, file)
        guard let kind = kind ?? ForeignKind(variableNode.flatMap { format == .variables ? $0 : nil } ?? root, format)
        else {
            throw ImportFailure(Self.complaint(about: file, root))
        }
        self.kind = kind
        sources = [file] + (variables.map { [$0.path] } ?? [])
        let place = Place.file(file, line: 1, column: 1)
        let importer = Importer(variableNode, at: variableNode?.place ?? place)
        let table = ForeignTable(
            root, orAt: place, readsVariables: kind != .maven && kind != .cowagent, importer.notes)
        importer.read(table, of: kind)
        notes = importer.notes
        draft = importer.draft
    }

    private static func root(
        _ bytes: [UInt8], _ text: String, _ format: ForeignSyntax, _ kind: ForeignKind?, _ file: String
    ) throws -> ForeignNode {
        do {
            switch format {
            case .variables: return ForeignNode(content: .table([]), place: .file(file, line: 1, column: 1))
            case .json: return try ForeignJSON.read(bytes, named: file)
            case .toml: return ForeignNode(try TOMLDocument(bytes).root, in: file)
            case .yaml: return ForeignNode(try YAMLDocument(bytes).root, in: file)
            }
        } catch let error as TOMLError {
            let place = Place.file(file, line: error.position.line, column: error.position.column)
            throw ConfigurationError.faults([Fault(place, error.reason)], warnings: [])
        } catch let error as YAMLError {
            let place = Place.file(file, line: error.position.line, column: error.position.column)
            throw ConfigurationError.faults([Fault(place, error.message)], warnings: [])
        }
    }

    private static func complaint(about file: String, _ root: ForeignNode) -> String {
        if root["apps"] != nil, root["agents"] != nil {
            return
                "\(file) is a configuration of wecom-router already: check it with wecom-router check --config \(file)"
        }
        let kinds = ForeignKind.allCases.map(\.rawValue).joined(separator: ", ")
        return
            "\(file) is no configuration that is known here; known are those of \(kinds). If it is one of them, say so with "
            + "--from"
    }
}

extension Importer {
    fileprivate func read(_ root: ForeignTable, of kind: ForeignKind) {
        switch kind {
        case .hermes: readHermes(root)
        case .openclaw: readOpenClaw(root)
        case .ccConnect: readCCConnect(root)
        case .cowagent: readCowAgent(root)
        case .maven: readMaven(root)
        case .loongclaw: readLoongClaw(root)
        }
    }
}

extension Import {
    /// Reads the draft as `serve` would, and returns its warnings.
    func tried(environment: [String: String]) throws -> [Fault] {
        try draft.tried(environment: environment, elsewhere: .file(sources[0], line: 1, column: 1)).warnings
    }
}

/// The reason why nothing can be moved in.
struct ImportFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
