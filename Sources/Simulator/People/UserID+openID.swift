import Text
package import WeCom

extension UserID {
    /// The encrypted id by which a bot of an ordinary member knows them. The real one tells nothing; ours is only another
    /// spelling.
    package var openID: UserID { UserID("wo" + text.utf8.hexText) }

    /// The member who has this for an encrypted id.
    var ofOpenID: UserID? {
        guard let digits = text.after("wo"), digits.utf8.count.isMultiple(of: 2) else { return nil }
        var (left, bytes) = (Array(digits.utf8)[...], [UInt8]())
        while let byte = left.leadingHexByte {
            bytes.append(byte)
            left = left.dropFirst(2)
        }
        guard left.isEmpty, !bytes.isEmpty else { return nil }
        return String(validating: bytes, as: UTF8.self).map { UserID($0) }
    }
}
