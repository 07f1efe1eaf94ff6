/// A process that has connected to a socket at a path.
package struct SocketPeer: Sendable, Equatable {
    /// 0 for one that lives where our numbers mean nothing, outside of our container.
    package let process: Int32
    package let user: UInt32

    package init(process: Int32, user: UInt32) {
        self.process = process
        self.user = user
    }

    /// True if it was started or adopted by `ancestor`, however many lie between; nil if that cannot be known, because it
    /// has ended already or its line is hidden from us.
    package func descends(from ancestor: Int32) -> Bool? {
        // Processes within ours, in containers of their own or not, all have numbers here.
        process == 0 ? false : ProcessTree.descends(process, from: ancestor)
    }
}
