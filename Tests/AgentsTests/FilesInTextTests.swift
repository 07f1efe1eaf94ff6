import Testing

@testable import Agents

@Suite(.timeLimit(.minutes(1))) struct FilesInTextTests {
    private func files(_ text: String) -> FilesInText { FilesInText(text, beneath: "/work/a") }
    private func paths(_ text: String) -> [String] { files(text).paths }

    @Test(
        "a link to something below the directory names a file, and stays in the text",
        arguments: [
            ("see [it](out/a.pdf)", ["out/a.pdf"]),
            ("![图](out/图.png) and [b](<b c.txt>)", ["out/图.png", "b c.txt"]),
            ("[a](/work/a/out/a.pdf \"the title\")", ["/work/a/out/a.pdf"]),
            ("[a](file:///work/a/x%20y.csv)", ["/work/a/x y.csv"]),
            ("[a](file://localhost/work/a/x.csv)", ["/work/a/x.csv"]),
            ("[a]( a.txt ) [again](a.txt)", ["a.txt"]),
            ("[a](f(1).txt)", ["f(1).txt"]),
            ("[a](%E5%9B%BE.png)", ["图.png"]),
            ("[![thumb](t.png)](full.png)", ["t.png", "full.png"]),
        ])
    func links(text: String, expected: [String]) {
        #expect(files(text).paths == expected)
        #expect(files(text).text == text)
    }

    @Test(
        "what leads elsewhere, to a line of a file, or nowhere, is no file",
        arguments: [
            "[a](https://example.com/a.pdf)", "[a](mailto:a@b.c)", "[a](/etc/passwd)", "[a](/work/ab/x)",
            "[a](#part)", "[main.swift:12](main.swift#L12)", "[a](x.pdf?y)", "[a]()", "[a](", "[a](never ends",
            "[a] (x.txt)", "\\[a\\](x.txt)", "[a](~/x)", "[a](file://host/x)", "(x.txt)", "", "[a](x%00y)",
        ])
    func elsewhere(text: String) {
        #expect(paths(text) == [])
        #expect(files(text).text == text)
    }

    @Test("code is not looked at, in blocks or in lines")
    func code() {
        #expect(paths("```\n[a](a.txt)\n```\n[b](b.txt)") == ["b.txt"])
        #expect(paths("~~~~md\n[a](a.txt)\n~~~\n[b](b.txt)\n~~~~~\n[c](c.txt)") == ["c.txt"])
        #expect(paths("```\n[a](a.txt)\nMEDIA:b.txt") == [])
        #expect(paths("`[a](a.txt)` [b](b.txt) ``[c](`)`` [d](d.txt)") == ["b.txt", "d.txt"])
        #expect(paths("` [a](a.txt)") == ["a.txt"])
    }

    @Test("lines MEDIA:path at the end are files and leave the text; elsewhere they are text")
    func media() {
        let files = files("Done.\r\n\r\nMEDIA:out/a b.png\r\n\n  MEDIA: `c.mp3`  \nMEDIA:/work/a/d%20.pdf\n\n")
        #expect(files.paths == ["out/a b.png", "c.mp3", "/work/a/d%20.pdf"])
        #expect(files.text == "Done.\r")
        #expect(self.files("MEDIA:a.png").text == "")
        let middle = "MEDIA:a.png\nand more"
        #expect(self.files(middle).paths == [])
        #expect(self.files(middle).text == middle)
        let elsewhere = "Here:\nMEDIA:https://example.com/a.png"
        #expect(self.files(elsewhere).text == elsewhere)
        #expect(self.files("x\nMEDIA:/etc/passwd").paths == [])
        #expect(self.files("[a](b.txt)\nMEDIA:b.txt").paths == ["b.txt"])
    }

    @Test("a text that consists of beginnings of links is done with at once")
    func hostile() {
        #expect(paths(String(repeating: "](", count: 1 << 20)) == [])
        #expect(paths(String(repeating: "](\n", count: 1 << 18)) == [])
        #expect(paths(String(repeating: "` `` ``` ", count: 7000)) == [])
        #expect(paths((0..<5000).map { "[a](f\($0))" }.joined(separator: "\n")).count == FilesInText.maxLinks)
        #expect(paths(String(repeating: "MEDIA:a\n", count: 1 << 17)) == ["a"])
    }
}
