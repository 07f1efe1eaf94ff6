import Crypto
import JSON
import Router
import System
import Text
import WeCom

/// A file that came with a message, in place of a media id.
struct UploadRequest: Sendable {
    private let name: String
    private let bytes: [UInt8]
    private var kind: UploadKind

    /// `rest` is the message around it, whose type says what the file goes as.
    init(_ json: JSONValue, in rest: [JSONValue.Member]) throws {
        guard case .object(let fields) = json else {
            throw MessageFault(field: "upload", problem: .wrongKind(wanted: "an object"))
        }
        for (index, field) in fields.enumerated() {
            let path = "upload.\(field.name.beginning(bytes: 64))"
            guard field.name == "name" || field.name == "data" else {
                throw MessageFault(field: path, problem: .unknownField)
            }
            guard !fields[..<index].contains(where: { $0.name == field.name }) else {
                throw MessageFault(field: path, problem: .standsTwice)
            }
        }
        kind = try UploadRequest.kind(rest)
        name = try UploadRequest.text("name", of: json)
        guard !name.isEmpty else { throw MessageFault(field: "upload.name", problem: .empty) }
        guard let bytes = Base64.decode(try UploadRequest.text("data", of: json)) else {
            throw MessageFault(field: "upload.data", problem: .wrongKind(wanted: "the file's bytes in base64"))
        }
        guard bytes.count >= UploadKind.minSize else {
            throw MessageFault(
                field: "upload.data",
                problem: .unfit("has \(bytes.count) bytes; WeCom wants at least \(UploadKind.minSize)"))
        }
        guard bytes.count <= kind.maxSize else {
            throw MessageFault(field: "upload.data", problem: .tooManyBytes(bytes.count, limit: kind.maxSize))
        }
        self.bytes = bytes
    }

    private static func text(_ name: String, of json: JSONValue) throws -> String {
        guard let value = json[name] else { throw MessageFault(field: "upload.\(name)", problem: .missing) }
        guard let text = value.string else {
            throw MessageFault(field: "upload.\(name)", problem: .wrongKind(wanted: "a string"))
        }
        return text
    }

    private static func kind(_ rest: [JSONValue.Member]) throws -> UploadKind {
        let type = rest.first { $0.name == "msgtype" }?.value.string ?? ""
        guard let kind = UploadKind(rawValue: type) else {
            throw MessageFault(field: "msgtype", problem: .noChoice(among: UploadKind.allCases.map(\.rawValue)))
        }
        guard !rest.contains(where: { $0.name == type }) else {
            throw MessageFault(field: type, problem: .unfit("stands beside upload: leave one out"))
        }
        return kind
    }

    /// Goes as a plain file where a bot or app does not carry it as what it is to be; refuses what it does not carry at all.
    mutating func fit(to speech: Speech) throws {
        do throws(FileNotCarried) {
            kind = try speech.kind(showing: kind, size: bytes.count)
        } catch {
            guard let largest = error.largest else {
                throw MessageFault(field: "msgtype", problem: .unfit("is \(kind.rawValue), which cannot be sent there"))
            }
            throw MessageFault(field: "upload.data", problem: .tooManyBytes(bytes.count, limit: largest))
        }
    }

    /// The media id is WeCom's to give; everything else about the message is checked as if it were there.
    var standIn: JSONValue.Member { .init(kind.rawValue, ["media_id": "pending"]) }

    /// Keeps the file, durably, and refuses what WeCom would not show as what it is to be.
    func kept(in blobs: BlobFolder) async throws -> OutgoingFile {
        let kept = try await blobs.keep(bytes)
        let file = try await UploadFile(opening: blobs.path(of: kept.id), named: name)
        guard try kind == .file || file.fittingKind() == kind else {
            throw MessageFault(
                field: "upload.data",
                problem: .unfit("is nothing that WeCom takes as \(kind.rawValue): it is \(file.type.contentType)"))
        }
        return OutgoingFile(blob: kept.id, name: file.name.text, size: kept.size, kind: kind)
    }
}
