import Foundation
import ProgramTesting

extension FileHandle {
    /// Reads until these words are among what was read, or no more comes.
    func text(until words: String) async -> String {
        await onThread { [self] in
            var seen = ""
            while !seen.contains(words) {
                let bytes = availableData
                if bytes.isEmpty { return seen }
                seen += String(decoding: bytes, as: UTF8.self)
            }
            return seen
        }
    }
}
