/// A request's body that is fetched while it is sent, so that a large file is never whole in memory.
package protocol HTTPBodySource: Sendable {
    /// Bytes in all, known beforehand.
    var size: Int { get }

    /// The bytes from `offset` on: `count` at most, and one at least while any are left. The transport's thread calls it
    /// and waits: a file's page is soon there, somebody else's answer is not.
    func bytes(at offset: Int, atMost count: Int) throws -> [UInt8]
}
