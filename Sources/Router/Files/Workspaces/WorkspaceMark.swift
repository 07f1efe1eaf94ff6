import System
import Text

/// The account of which copy a working directory on this disk is, or was before an agent went on with it. It lies beside the directory,
/// where agents do not work.
struct WorkspaceMark: Equatable {
    /// The copy, as the store numbers those of this directory; 0 is none.
    let copy: Int64
    /// What was there then.
    let fingerprint: String

    static let none = WorkspaceMark(copy: 0, fingerprint: "")

    /// The mark in a file; none where there is nothing that is one.
    init(at path: String) {
        let bytes = (try? readFile(path, limit: 1000)) ?? []
        let words = String(decoding: bytes, as: UTF8.self).pieces(keepingEmpty: true) { $0 == UInt8(ascii: " ") }
        guard words.count == 2, let copy = Int64(words[0]), copy > 0 else {
            self = .none
            return
        }
        self.init(copy: copy, fingerprint: String(words[1]))
    }

    init(copy: Int64, fingerprint: String) {
        self.copy = copy
        self.fingerprint = fingerprint
    }

    func write(to path: String) throws(FileError) { try writeFile(path, Array("\(copy) \(fingerprint)".utf8)) }
}
