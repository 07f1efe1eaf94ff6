import Testing
import WeCom

@Suite("What a file goes out as")
struct UploadKindTests {
    @Test(
        "follows from what it is and how large",
        arguments: [
            (MediaType.jpeg, 10 << 20, UploadKind.image), (.jpeg, 10 << 20 + 1, .file), (.png, 6, .image),
            (.gif, 100, .file), (.webp, 100, .file), (.mp4, 10 << 20, .video), (.mp4, 10 << 20 + 1, .file),
            (.quickTime, 100, .file), (.mp3, 100, .file), (.pdf, 20 << 20, .file), (.unknown, 6, .file),
        ]
    )
    func fits(_ type: MediaType, _ size: Int, _ kind: UploadKind) throws {
        #expect(try UploadKind.fitting(type: type, size: size) == kind)
    }

    @Test(
        "is a voice only for a minute and two megabytes",
        arguments: [
            (.seconds(60), 2 << 20, .voice), (.milliseconds(60_020), 100, .file),
            (.seconds(1), 2 << 20 + 1, .file), (nil, 100, .file),
        ] as [(Duration?, Int, UploadKind)]
    )
    func voice(_ length: Duration?, _ size: Int, _ kind: UploadKind) throws {
        #expect(try UploadKind.fitting(type: .amr, size: size, voiceLength: length) == kind)
    }

    @Test("is nothing for what WeCom takes under no name, and says the limit and the size")
    func faults() {
        #expect(throws: UploadFault.tooLarge(size: 20 << 20 + 1, limit: 20 << 20)) {
            try UploadKind.fitting(type: .pdf, size: 20 << 20 + 1)
        }
        #expect(throws: UploadFault.tooSmall(size: 5)) { try UploadKind.fitting(type: .text, size: 5) }
        let words = UploadFault.tooLarge(size: 21_000_000, limit: 20 << 20).description
        #expect(words.contains("21000000") && words.contains("20 MiB"))
        #expect(UploadFault.tooSmall(size: 0).description.contains("0 bytes"))
    }

    @Test("depends on how long a voice speaks, which its frames tell")
    func length() {
        let start = Array("#!AMR\n".utf8)
        let second = Array(repeatElement([0x3C] + [UInt8](repeating: 0, count: 31), count: 50).joined())
        #expect(voiceLength(ofAMR: start + second) == .seconds(1))
        #expect(voiceLength(ofAMR: start + second + [0x7C, 0x7C]) == .milliseconds(1040), "two frames without speech")
        #expect(voiceLength(ofAMR: start + second + [0x04, 0, 0]) == .seconds(1), "a frame that is cut off")
        #expect(voiceLength(ofAMR: start) == nil && voiceLength(ofAMR: second) == nil && voiceLength(ofAMR: []) == nil)
    }
}
