import SeededTesting
import Testing
import WeCom

@Suite("A safe file name")
struct SafeFileNameTests {
    @Test(
        "keeps what is harmless and drops what is not",
        arguments: [
            ("report.pdf", "report.pdf"),
            ("季度 报告（终）.docx", "季度 报告（终）.docx"),
            ("../../etc/passwd", "passwd"),
            (#"C:\Users\me\a.txt"#, "a.txt"),
            ("/", "file"), ("", "file"), ("..", "file"), ("...", "file"), ("   ", "file"),
            (".bashrc", "bashrc"), ("..hidden.txt", "hidden.txt"), ("a.txt. .", "a.txt"),
            ("a\u{0}b\r\nc\u{1B}[31m.txt", "abc[31m.txt"),
            ("invoice\u{202E}fdp.exe", "invoicefdp.exe"), ("a\u{200B}\u{2066}b", "ab"),
            ("a\u{2028}b\u{E000}c", "abc"), ("a\u{A0}b\u{3000}c", "a b c"),
            (#"say "hi" 'you' `x`.txt"#, "say _hi_ _you_ _x_.txt"),
            ("a<b>|c?*:d", "a_b__c___d"),
            ("\u{FFFD}\u{FFFD}.doc", "__.doc"),
            ("-rf", "_rf"), ("--help.txt", "_-help.txt"),
            ("con", "_con"), ("NUL.txt", "_NUL.txt"), ("com1.tar.gz", "_com1.tar.gz"), ("come.txt", "come.txt"),
            ("a. b", "a. b"),
        ]
    )
    func harmless(_ given: String, _ expected: String) {
        #expect(SafeFileName(given).text == expected)
    }

    @Test("gets the ending of its type only where it has none")
    func ending() {
        #expect(SafeFileName("photo", type: .jpeg).text == "photo.jpg")
        #expect(SafeFileName("", type: .amr).text == "file.amr")
        #expect(SafeFileName("photo.jpeg", type: .jpeg).text == "photo.jpeg")
        #expect(SafeFileName("notes.md", type: .text).text == "notes.md")
        #expect(SafeFileName("data", type: .unknown).text == "data")
    }

    @Test("is cut at a whole character where one ends near by, its ending kept")
    func cut() {
        let name = SafeFileName(String(repeating: "长", count: 200) + ".xlsx")
        #expect(name.text == String(repeating: "长", count: 31) + ".xlsx")
        // One character of 601 bytes: it is cut between its accents.
        #expect(SafeFileName("a" + String(repeating: "\u{301}", count: 300)).text.utf8.count == 99)
        #expect(SafeFileName("a." + String(repeating: "b", count: 200)).text.utf8.count == 100)
    }

    @Test("is numbered before its ending, within its bound")
    func numbered() {
        let name = SafeFileName("a.tar.gz")
        #expect(name.numbered(1).text == "a.tar.gz" && name.numbered(2).text == "a.tar-2.gz")
        let long = SafeFileName(String(repeating: "x", count: 200) + ".txt").numbered(123)
        #expect(long.text.hasSuffix("x-123.txt") && long.text.utf8.count == 100)
    }

    @Test("is taken once, whatever its case")
    func unique() {
        var names = FileNames()
        let taken = ["a.png", "A.PNG", "a.png", "a-2.png", "b"].map { names.take(SafeFileName($0)).text }
        #expect(taken == ["a.png", "A-2.PNG", "a-3.png", "a-2-2.png", "b"])
    }

    @Test("is safe whatever it is made of, and making it again changes nothing")
    func anything() {
        var numbers = SeededNumbers()
        let pieces = [
            "..", "/", "\\", "\"", "\u{202E}", "con", ".", " ", "-", "中", "é", "👩‍👩‍👧", "a", "\r\n", "\u{0}", "aux.",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0...40, using: &numbers)
            let given = (0..<count).map { _ in pieces.randomElement(using: &numbers)! }.joined()
            let type = MediaType.allCases.randomElement(using: &numbers)!
            let text = SafeFileName(given, type: type).text
            #expect(
                (1...100).contains(text.utf8.count) && !text.hasPrefix(".") && !text.hasPrefix("-")
                    && text.unicodeScalars.allSatisfy { !"/\\\"'\r\n\u{0}\u{202E}".unicodeScalars.contains($0) },
                "seed \(numbers.seed): \(given.debugDescription) became \(text.debugDescription)")
            #expect(SafeFileName(text).text == text, "seed \(numbers.seed)")
        }
    }
}
