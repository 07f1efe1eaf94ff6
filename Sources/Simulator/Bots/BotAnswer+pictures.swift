import Crypto
import JSON
import Text
import WeCom

extension BotAnswer {
    /// Reads the pictures below a stream: the last frame alone has any.
    static func pictures(of stream: JSONValue, isLast: Bool) throws(BotAnswerFault) -> [[UInt8]] {
        guard let items = stream["msg_item"]?.array, !items.isEmpty else { return [] }
        guard isLast else { throw BotAnswerFault("msg_item in a stream that goes on") }
        guard items.count <= StreamFrame.maxPictures else { throw BotAnswerFault("\(items.count) items of msg_item") }
        var pictures: [[UInt8]] = []
        for item in items { pictures.append(try picture(item)) }
        return pictures
    }

    private static func picture(_ item: JSONValue) throws(BotAnswerFault) -> [UInt8] {
        guard item["msgtype"]?.string == "image" else { throw BotAnswerFault("an item of msg_item that is no image") }
        guard let bytes = item["image"]?["base64"]?.string.flatMap({ Base64.decode($0) }), !bytes.isEmpty else {
            throw BotAnswerFault("a picture that is not in base64")
        }
        guard bytes.count <= StreamPicture.maxSize else { throw BotAnswerFault("a picture of \(bytes.count) bytes") }
        guard [.jpeg, .png].contains(MediaType(firstBytes: bytes)) else {
            throw BotAnswerFault("a picture that is neither JPEG nor PNG")
        }
        guard item["image"]?["md5"]?.string == Crypto.md5(bytes).hexText else {
            throw BotAnswerFault("a picture's md5 is another")
        }
        return bytes
    }
}
