import Foundation
import ProgramTesting
import Testing

/// Returns what a port of this machine answers first to `head`, which is all that it gets.
func firstLine(toHead head: String, port: Int) async throws -> String {
    try await onThread { Result { try ask(head, port) } }.get()
}

private func ask(_ head: String, _ port: Int) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    let connection = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = unsafe withUnsafePointer(to: address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(status == 0)
    try connection.write(contentsOf: Data(head.utf8))
    var seen = ""
    while !seen.contains("\r\n") {
        let bytes = connection.availableData
        if bytes.isEmpty { break }
        seen += String(decoding: bytes, as: UTF8.self)
    }
    return String(seen.prefix { $0 != "\r\n" })
}
