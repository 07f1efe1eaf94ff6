internal import CLinux

/// Bytes that we may still write on the disk that holds `path`; nil when there is no such file.
package func freeBytes(onDiskOf path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
}
