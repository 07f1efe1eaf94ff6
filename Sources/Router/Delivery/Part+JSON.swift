import Crypto
package import JSON

extension Part {
    package var json: JSONValue { ["to": address.json, "text": .string(text)] }

    package init?(json: JSONValue) {
        guard let address = json["to"].flatMap(ReplyAddress.init(json:)), let text = json["text"]?.string else {
            return nil
        }
        self.init(to: address, text)
    }

    /// 16 bytes by which an identical part to the same person is known again, however the person's id was spelled.
    package var digest: [UInt8] { Array(sha256(Array(text.utf8)).prefix(16)) }
}
