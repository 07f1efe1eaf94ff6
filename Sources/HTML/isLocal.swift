/// True if an address is one of the server that a page came from: a path, a query or a fragment.
package func isLocal(_ address: String) -> Bool {
    let first = address.utf8.first
    let second = address.utf8.dropFirst().first
    // Browsers take a backslash for a slash, and two of them begin another server's name.
    let isPath = first == UInt8(ascii: "/") && second != UInt8(ascii: "/") && second != UInt8(ascii: "\\")
    return (isPath || first == UInt8(ascii: "?") || first == UInt8(ascii: "#"))
        && !address.utf8.contains { $0 < 0x20 }
}
