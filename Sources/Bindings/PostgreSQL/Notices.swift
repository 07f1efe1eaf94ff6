internal import CLibPQ

/// Hears what a server says besides its answers.
final class Notices {
    /// A commit was done on the server itself, and perhaps on no standby that it was to wait for.
    private(set) var hasDoubtfulCommit = false

    func forget() { hasDoubtfulCommit = false }

    fileprivate func hear(_ code: String) { if code == "01000" { hasDoubtfulCommit = true } }

    /// Has libpq tell them. They have to live as long as the connection.
    func listen(to connection: OpaquePointer) {
        let address = unsafe Unmanaged.passUnretained(self).toOpaque()
        _ = unsafe PQsetNoticeReceiver(connection, hearNotice, address)
    }
}

/// Any notice of that class counts: its words depend on the server's language.
private func hearNotice(_ notices: UnsafeMutableRawPointer?, _ notice: OpaquePointer?) {
    guard let notices = unsafe notices, let code = unsafe clibpq_sqlstate(notice) else { return }
    unsafe Unmanaged<Notices>.fromOpaque(notices).takeUnretainedValue().hear(String(cString: code))
}
