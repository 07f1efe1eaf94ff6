import Crypto
import HostileTesting
import SeededTesting
import Testing
import Text
import WeCom

@testable import Agents

@Suite("secrets in what is told", .timeLimit(.minutes(2)))
struct RedactionTests {
    private let key = "sk-live-4f9A_b2C/7d+E1"
    private var secrets: Redaction { Redaction([key] as [String]) }

    @Test("a secret goes as it stands, in any case, and wherever it touches other words")
    func whole() {
        #expect(secrets.hidden(in: "key=\(key).") == "key=<secret>.")
        #expect(secrets.hidden(in: "x\(key.uppercased())y") == "x<secret>y")
        #expect(secrets.hidden(in: "\(key)\(key) \(key)") == "<secret> <secret>")
    }

    @Test("a secret goes that was cut at either end, as long as eight characters are left")
    func cut() {
        for count in 8..<key.count {
            #expect(secrets.hidden(in: "key \(key.prefix(count))… no") == "key <secret>… no", "\(count)")
            #expect(secrets.hidden(in: "key …\(key.suffix(count)) no") == "key …<secret> no", "\(count)")
        }
        #expect(secrets.hidden(in: "sk-live") == "sk-live")
    }

    @Test(
        "a secret goes whose characters stand apart",
        arguments: [" ", "\n", "-", ".", " . ", "\u{200B}", "\u{A0}", "\u{3000}", "*", "\u{301}", "、"])
    func apart(separator: String) {
        let spaced = key.map(String.init).joined(separator: separator)
        #expect(!remains(of: spaced))
        #expect(!remains(of: String(spaced.prefix(spaced.count * 2 / 3))))
    }

    @Test("a secret goes that is percent-encoded, all of it or in part, in either case")
    func percent() {
        let all = key.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(secrets.hidden(in: "a=\(all)&b") == "a=<secret>&b")
        #expect(secrets.hidden(in: "a=\(all.uppercased())&b") == "a=<secret>&b")
        #expect(secrets.hidden(in: "a=sk-live-4f9A_b2C%2F7d%2bE1&b") == "a=<secret>&b")
    }

    @Test("a secret goes in hexadecimal, in either case, also with marks between")
    func hexadecimal() {
        let digits = key.utf8.map { String($0, radix: 16) }
        #expect(secrets.hidden(in: "<\(digits.joined())>") == "<<secret>>")
        #expect(secrets.hidden(in: "<\(digits.joined().uppercased())>") == "<<secret>>")
        #expect(!remains(of: digits.joined(separator: ":")))
        #expect(!remains(of: digits.prefix(9).joined()))
    }

    @Test("a secret goes in base64, whatever stands before and behind, in both alphabets", arguments: 0...5)
    func base64(before: Int) {
        for behind in 0...3 {
            let bytes =
                Array(repeating: UInt8(ascii: "x"), count: before) + key.utf8
                + Array(repeating: UInt8(ascii: "y"), count: behind)
            let text = Base64.encode(bytes)
            let hidden = secrets.hidden(in: "Basic \(text) end")
            #expect(hidden.hasPrefix("Basic ") && hidden.hasSuffix(" end") && hidden.contains("<secret>"))
            // What is left is what stood before and behind, and a character beside each.
            #expect(hidden.utf8.count <= "Basic <secret> end".utf8.count + (before + behind) * 2 + 6)
            let forURLs = text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(secrets.hidden(in: forURLs).contains("<secret>"))
            #expect(secrets.hidden(in: String(text.dropLast(6))).contains("<secret>"))
        }
    }

    @Test("several secrets, one within another, and one that is longer than a key")
    func several() {
        let long = (0..<1500).map { "\($0 * 7919)." }.joined()
        let some = Redaction(["inner-4711-x", "outer inner-4711-x outer", long] as [String])
        #expect(some.hidden(in: "outer inner-4711-x outer and inner-4711-x") == "<secret> and <secret>")
        #expect(some.hidden(in: "<\(long)>") == "<<secret>>")
    }

    @Test(
        "what only resembles a secret stays",
        arguments: [
            ("production", "our productivity and its products"),
            ("test", "the latest tests attest to it"), ("hunter2", "hunter22 and shunter2"),
            ("https://hooks.example.com/T0/B0", "https://api.openai.com cannot be reached at https://hooks"),
            ("key", "a key"), ("a", "a"), ("", "nothing"), ("        ", "a         b"),
            ("correct-horse-battery", "a correct answer"),
        ])
    func alike(secret: String, text: String) {
        #expect(Redaction([secret] as [String]).hidden(in: text) == text)
    }

    @Test("short secrets go where they stand by themselves, and from six characters on encoded, too")
    func short() {
        #expect(Redaction(["test"] as [String]).hidden(in: "test, latest") == "<secret>, latest")
        let some = Redaction(["hunt3r"] as [String])
        #expect(some.hidden(in: "password=hunt3r") == "password=<secret>")
        #expect(some.hidden(in: "Basic \(Base64.encode(Array("me:hunt3r".utf8)))").contains("<secret>"))
        #expect(some.hidden(in: "68756e743372") == "<secret>")
    }

    @Test("words beside a secret, and the names that a header is filled with, are none")
    func headers() {
        let templates: HeaderTemplates = [
            "Authorization": Secret("Bearer tok-0123456789"), "X-Session": Secret("{session_key}/{user}"),
        ]
        let some = Redaction(templates.secrets)
        #expect(some.hidden(in: "Bearer tok-0123456789 of session_key") == "Bearer <secret> of session_key")
    }

    @Test("whatever the key and the text around it, nothing of the key is left")
    func random() {
        var random = SeededNumbers()
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+/=.")
        func word(_ count: Int) -> String { String((0..<count).map { _ in letters.randomElement(using: &random)! }) }
        for _ in 0..<200 {
            // At the least two digits: a cut piece of letters alone is taken for a word.
            let key = "1" + word(Int.random(in: 16...50, using: &random)) + "2"
            let some = Redaction([key] as [String])
            let (before, behind) = (
                word(Int.random(in: 0...9, using: &random)), word(Int.random(in: 0...9, using: &random))
            )
            for form in [key, key.uppercased(), key.map(String.init).joined(separator: " "), hex(key), "\(key)\(key)"] {
                let hidden = some.hidden(in: "\(before)\(form)\(behind)")
                #expect(
                    hidden.contains("<secret>") && !hidden.lowercased().contains(key.lowercased().prefix(8)),
                    "seed \(random.seed)")
                #expect(
                    hidden.utf8.count <= before.utf8.count + behind.utf8.count + 8, "seed \(random.seed): \(hidden)")
            }
        }
    }

    @Test("the work grows with the text, however secrets and text repeat themselves", arguments: HostileText.all)
    func work(_ kind: HostileText) async {
        await Task.yield()
        let repeating = (1...20).map { kind.text(bytes: 20 * $0) + "x" }
        let some = Redaction(repeating + [String(repeating: "ab", count: 2000) + "c", "sk-0123456789"])
        for text in [kind.text(bytes: kind.size), String(repeating: "ab", count: kind.size / 2)] {
            expectWork(of: kind.size, microsecondsPerByte: 20, "\(kind)") { _ = some.hidden(in: text) }
        }
    }

    /// True if eight letters or digits of the key can still be read.
    private func remains(of text: String) -> Bool {
        let hidden = secrets.hidden(in: text).lowercased().filter { $0.isLetter || $0.isNumber }
        let letters = Array(key.lowercased().filter { $0.isLetter || $0.isNumber })
        return !secrets.hidden(in: text).has("<secret>")
            || (0...letters.count - 8).contains { hidden.contains(String(letters[$0..<$0 + 8])) }
    }

    private func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
