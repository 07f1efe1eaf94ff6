import Crypto
import Testing
import WeCom

@Suite struct MediaKeyTests {
    private let key = "QeFWF4HKdOzM1Z/mLv1lsgJu/HEZ1xKyfNhIQ0kCO3s"

    @Test("a file of any length comes back as it was sealed", arguments: 0...65)
    func roundTrip(length: Int) throws {
        let file = (0..<length).map { UInt8($0) }
        let sealed = try MediaKey(Secret(key)).seal(file)
        #expect(sealed.count % 32 == 0 && sealed.count > file.count)
        #expect(try MediaKey(Secret(key + "=")).open(sealed) == file)
    }

    @Test("the keys of a bot's callbacks open its files")
    func callbackKeys() throws {
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(key))
        #expect(try keys.mediaKey.open(MediaKey(Secret(key)).seal([1, 2, 3])) == [1, 2, 3])
    }

    @Test(
        "what is no key is told at once",
        arguments: ["", "=", "QUJD", "QeFWF4HKdOzM1Z/mLv1lsgJu/HEZ1xKyfNhIQ0kCO3s==", "中文"])
    func wrongKey(text: String) {
        #expect(throws: MediaKeyError.wrongKey) { try MediaKey(Secret(text)) }
        #expect(throws: MediaKeyError.wrongKey) { try MediaKey(Secret(key.dropLast() + "!")) }
    }

    @Test("a file that came in part, is empty or has another key does not open")
    func damaged() throws {
        let key = try MediaKey(Secret(key))
        let sealed = key.seal([UInt8](repeating: 200, count: 100))
        #expect(throws: MediaKeyError.cutShort) { try key.open([]) }
        #expect(throws: MediaKeyError.cutShort) { try key.open(Array(sealed.dropLast())) }
        #expect(throws: MediaKeyError.doesNotFit) { try key.open(Array(sealed.dropLast(32))) }
        let other = try MediaKey(Secret("ENQ2J83KxaHtBMDswNRnBAza6O82y0u9e0wPfBMZIyu"))
        #expect(throws: MediaKeyError.doesNotFit) { try other.open(sealed) }
    }

    @Test("a key is not printed")
    func printing() throws {
        let key = try MediaKey(Secret(key))
        #expect("\(key)" == "<media key>" && String(reflecting: key) == "<media key>")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("QeFW"))
    }
}
