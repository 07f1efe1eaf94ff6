/// True if a JSON text writes a character as `\uXXXX`, which WeCom takes for an illegal one.
func holdsUnicodeEscape(_ bytes: [UInt8]) -> Bool {
    var isEscaped = false
    for byte in bytes {
        if isEscaped {
            if byte == UInt8(ascii: "u") { return true }
            isEscaped = false
        } else {
            isEscaped = byte == UInt8(ascii: "\\")
        }
    }
    return false
}
