import System
import Text

/// Tells who this process is among those that share a store, and who it was before, as a file in its data folder says.
///
/// Whoever reads the file holds the folder's lock: what those held who are named there is a dead process's.
struct NodeIdentity: Sendable {
    /// The name for people.
    let name: String
    /// The name under which this process holds leases. By chance rather than by number: another machine, or the next start of a
    /// container, has the same process id.
    let incarnation: String
    /// The earlier incarnations, the latest last. Several: a process may end before it has reached its database.
    let former: [String]

    private static let most = 8

    /// Begins a new incarnation and puts it on the disk. Without a `name` it is that of the file, or the machine's with something
    /// behind it.
    static func begin(at path: String, named name: String?) throws(FileError) -> NodeIdentity {
        let identity = NodeIdentity(named: name, after: lines(at: path))
        let lines = [identity.name] + identity.former + [identity.incarnation]
        try writeFile(path, Array((lines.joined(separator: "\n") + "\n").utf8))
        return identity
    }

    /// The same where the disk does not take it: the next start finds those before.
    static func beginUnwritten(at path: String, named name: String?) -> NodeIdentity {
        NodeIdentity(named: name, after: lines(at: path))
    }

    private init(named name: String?, after lines: [String]) {
        self.name = name ?? lines.first ?? NodeIdentity.newName
        incarnation = String(UInt64.random(in: .min ... .max), radix: 36)
        former = Array(lines.dropFirst().suffix(NodeIdentity.most))
    }

    private static func lines(at path: String) -> [String] {
        guard let bytes = try? readFile(path, limit: 4096) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    private static var newName: String {
        let host = Process.hostName.utf8.filter { $0.isASCIILetterOrDigit || ".-_".utf8.contains($0) }
        let suffix = String(UInt32.random(in: 36 * 36 * 36..<36 * 36 * 36 * 36), radix: 36)
        return (host.isEmpty ? "node" : String(decoding: host, as: UTF8.self)) + "-" + suffix
    }
}
