internal import CLinux

/// True if nothing more goes onto the disk that holds `path`: fewer bytes are left than the smallest database takes, or no
/// file may be made.
package func isFull(diskOf path: String) -> Bool {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return false }
    let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
    // Some file systems count no files.
    return free < 1 << 20 || status.f_files > 0 && status.f_favail == 0
}

/// Bytes that we may still write on the disk that holds `path`; nil when there is no such file.
package func freeBytes(onDiskOf path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
}
