import HostileTesting
import Testing
import Text

@Suite("searches and cuts of anything", .timeLimit(.minutes(2)))
struct HostileWordsTests {
    @Test("any run is searched and cut in work in proportion", arguments: HostileText.all)
    func runs(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: kind.size)
        expectWork(of: text.utf8.count, microsecondsPerByte: 1, "\(kind)") {
            #expect(text.has("MEDIA:") == text.utf8.starts(with: "MEDIA:".utf8))
            _ = (text.begins(with: "http://"), text.ends(with: ")"), text.isSame(as: "a"), text.after("MEDIA:"))
            #expect(text.cut(toBytes: 2048).utf8.count <= 2048)
            #expect(text.cut(toCharacters: 60, bytes: 240).utf8.count <= 240)
            _ = (text.withoutSpaceAround, text.hasWords)
        }
    }
}
