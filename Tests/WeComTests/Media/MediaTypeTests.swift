import SeededTesting
import Testing
import WeCom

@Suite("The kind of a file")
struct MediaTypeTests {
    @Test("is told by its first bytes", arguments: samples)
    func told(_ sample: Sample) {
        #expect(MediaType(firstBytes: sample.bytes, name: "innocent.txt") == sample.type)
    }

    @Test("is not believed of its name")
    func name() {
        #expect(MediaType(firstBytes: Array("plain".utf8), name: "a.jpg") == .text)
        #expect(MediaType(firstBytes: [0, 1, 2], name: "a.docx") == .unknown)
    }

    @Test(
        "is taken from the name where a ZIP may be any Office document",
        arguments: [
            ("报告.docx", MediaType.word), ("a.XLSX", .excel), ("a.b.pptx", .powerPoint), ("a.zip", .zip), ("", .zip),
            ("docx", .zip),
        ]
    )
    func office(_ name: String, _ type: MediaType) {
        #expect(MediaType(firstBytes: Array("PK\u{3}\u{4}\u{14}\u{0}".utf8), name: name) == type)
    }

    @Test("is text only as long as it is UTF-8 without controls, cut off within a character or not")
    func text() {
        let long = Array(String(repeating: "企", count: 400).utf8)
        for count in 1..<3 {
            #expect(MediaType(firstBytes: Array(long.dropFirst(3 - count).dropFirst(count))) == .text)
        }
        #expect(MediaType(firstBytes: long) == .text)
        #expect(MediaType(firstBytes: Array(long.prefix(100))) == .unknown, "a short file that ends within a character")
        #expect(MediaType(firstBytes: [0x41, 0x00, 0x42]) == .unknown)
        #expect(MediaType(firstBytes: [0xB0, 0xA1]) == .unknown)
        #expect(MediaType(firstBytes: Array("BM is how this text begins, and so it goes on".utf8)) == .text)
        #expect(MediaType(firstBytes: []) == .unknown)
    }

    @Test("is found in whatever bytes, and each kind names a type and an ending")
    func anyBytes() {
        var numbers = SeededNumbers()
        for sample in samples {
            for count in 0...sample.bytes.count { _ = MediaType(firstBytes: Array(sample.bytes.prefix(count))) }
            for _ in 0..<200 {
                var bytes = sample.bytes
                bytes[Int.random(in: bytes.indices, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
                #expect(MediaType(firstBytes: bytes).contentType.contains("/"), "seed \(numbers.seed)")
            }
        }
        let endings = MediaType.allCases.compactMap(\.fileExtension)
        #expect(Set(endings).count == MediaType.allCases.count - 1)
    }
}

struct Sample: Sendable, CustomTestStringConvertible {
    let type: MediaType
    let bytes: [UInt8]

    init(_ type: MediaType, _ bytes: [UInt8]) { (self.type, self.bytes) = (type, bytes) }
    init(_ type: MediaType, _ text: String) { self.init(type, Array(text.utf8)) }

    var testDescription: String { "\(type), \(bytes.count) bytes" }
}

private let samples: [Sample] = [
    Sample(.jpeg, [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10]),
    Sample(.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]),
    Sample(.gif, "GIF89a\u{1}\u{0}"),
    Sample(.gif, "GIF87a\u{1}\u{0}"),
    Sample(.bmp, Array("BM".utf8) + [0x36, 0, 0, 0, 0, 0, 0, 0, 0x36, 0, 0, 0, 40, 0, 0, 0]),
    Sample(.webp, "RIFF\u{1}\u{0}\u{0}\u{0}WEBPVP8 "),
    Sample(.wav, "RIFF\u{1}\u{0}\u{0}\u{0}WAVEfmt "),
    Sample(.mp4, "\u{0}\u{0}\u{0}\u{20}ftypisom\u{0}"),
    Sample(.mp4, "\u{0}\u{0}\u{0}\u{20}ftypmp42\u{0}"),
    Sample(.quickTime, "\u{0}\u{0}\u{0}\u{14}ftypqt  \u{0}"),
    Sample(.unknown, "\u{0}\u{0}\u{0}\u{20}ftypheic\u{0}"),
    Sample(.unknown, "\u{0}\u{0}\u{0}\u{20}ftypM4A \u{0}"),
    Sample(.amr, "#!AMR\n\u{3C}"),
    Sample(.unknown, "#!AMR-WB\n\u{0}"),
    Sample(.silk, "#!SILK_V3\u{1}"),
    Sample(.silk, "\u{2}#!SILK_V3"),
    Sample(.ogg, "OggS\u{0}\u{2}"),
    Sample(.speex, Array("OggS".utf8) + [UInt8](repeating: 0, count: 24) + Array("Speex   1.2".utf8)),
    Sample(.mp3, "ID3\u{3}\u{0}"),
    Sample(.mp3, [0xFF, 0xFB, 0x90, 0x64]),
    Sample(.unknown, [0xFF, 0xFE, 0x41, 0x00]),
    Sample(.pdf, "%PDF-1.7\n"),
    Sample(.zip, "PK\u{3}\u{4}\u{14}\u{0}"),
    Sample(.gzip, [0x1F, 0x8B, 0x08, 0x00]),
    Sample(.text, "# 标题\n\n- a\r\n\tb"),
    Sample(.text, "{\"a\": 1}"),
    Sample(.unknown, [0x7F, 0x45, 0x4C, 0x46, 0x02]),
]
