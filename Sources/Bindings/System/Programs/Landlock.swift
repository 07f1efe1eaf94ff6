internal import CLinux

/// The kernel's own sandbox: a process without privileges shuts itself into it, with all that it will start.
package enum Landlock {
    /// The version that this kernel has; 0 where it has none, or where we may not use it.
    package static let version = max(0, Int(clinux_landlock_version()))

    /// From this version on, those inside can signal nobody outside, nor reach abstract sockets there.
    package static let firstWithScopes = 6

    static let scopes: UInt64 = 1 << 0 | 1 << 1
}

/// Rights on files, by the kernel's numbers.
struct LandlockRights: OptionSet {
    let rawValue: UInt64

    static let execute = LandlockRights(rawValue: 1 << 0)
    static let writeFile = LandlockRights(rawValue: 1 << 1)
    static let readFile = LandlockRights(rawValue: 1 << 2)
    static let readDirectory = LandlockRights(rawValue: 1 << 3)
    static let truncate = LandlockRights(rawValue: 1 << 14)
    static let controlDevice = LandlockRights(rawValue: 1 << 15)
    private static let makeDevices = LandlockRights(rawValue: 1 << 6 | 1 << 11)

    static let reading: LandlockRights = [.execute, .readFile, .readDirectory]
    /// All that a program does in a place of its own. Devices are made by nobody, and ruled by their own rule.
    static let working = everything.subtracting([.makeDevices, .controlDevice])
    static let usingDevices: LandlockRights = [.readFile, .writeFile, .truncate, .readDirectory, .controlDevice]
    /// Those that have a meaning for what is no directory.
    static let ofFiles: LandlockRights = [.execute, .readFile, .writeFile, .truncate, .controlDevice]

    private static let everything = LandlockRights(rawValue: 1 << 16 - 1)

    /// Those that a kernel with this version knows. What it does not know it cannot forbid.
    static func known(to version: Int) -> LandlockRights {
        switch version {
        case ...0: []
        case 1: LandlockRights(rawValue: 1 << 13 - 1)
        case 2: LandlockRights(rawValue: 1 << 14 - 1)
        case 3, 4: LandlockRights(rawValue: 1 << 15 - 1)
        default: everything
        }
    }
}
