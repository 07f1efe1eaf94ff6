internal import CLinux

/// A user of this machine, with all that it takes to become it.
package struct SystemUser: Sendable, Equatable {
    package let name: String
    package let id: UInt32
    package let group: UInt32
    /// All of its groups.
    package let groups: [UInt32]
    package let home: String

    /// Looks a name up; nil where nobody is called so. May ask the network and blocks: the start of a program is the
    /// place for it.
    package static func named(_ name: String) throws(SystemError) -> SystemUser? {
        var room = [CChar](repeating: 0, count: 16 << 10)
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        let status = unsafe getpwnam_r(name, &entry, &room, room.count, &found)
        guard status == 0 else { throw SystemError("getpwnam \(name)", number: status) }
        guard unsafe found != nil else { return nil }
        let (id, group) = unsafe (entry.pw_uid, entry.pw_gid)
        let home = unsafe String(cString: entry.pw_dir)
        return SystemUser(name: name, id: id, group: group, groups: groups(of: name, group), home: home)
    }

    /// The name of the user of this number; the number where it has none.
    package static func name(of id: UInt32) -> String {
        var room = [CChar](repeating: 0, count: 16 << 10)
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        guard unsafe getpwuid_r(id, &entry, &room, room.count, &found) == 0, unsafe found != nil else { return "\(id)" }
        return unsafe String(cString: entry.pw_name)
    }

    private static func groups(of name: String, _ group: UInt32) -> [UInt32] {
        var count: Int32 = 64
        var groups = [UInt32](repeating: 0, count: Int(count))
        while unsafe getgrouplist(name, group, &groups, &count) < 0, Int(count) > groups.count {
            groups = [UInt32](repeating: 0, count: Int(count))
        }
        return Array(groups.prefix(Int(count)))
    }
}
