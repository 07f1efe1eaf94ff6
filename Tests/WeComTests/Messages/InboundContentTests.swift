import Testing
import WeCom

@Suite struct InboundContentTests {
    private let guangzhou = InboundMessage.Coordinates(latitude: 23.134, longitude: 113.358)

    @Test(
        "every type of message is read",
        arguments: [
            (
                "image", "<PicUrl><![CDATA[https://p]]></PicUrl><MediaId><![CDATA[M]]></MediaId>",
                .image(media: MediaID("M"), pictureURL: "https://p")
            ),
            ("image", "<PicUrl/><MediaId> M </MediaId>", .image(media: MediaID("M"), pictureURL: nil)),
            (
                "voice", "<MediaId><![CDATA[M]]></MediaId><Format><![CDATA[amr]]></Format>",
                .voice(media: MediaID("M"), format: "amr", recognition: nil)
            ),
            (
                "voice", "<MediaId>M</MediaId><Recognition><![CDATA[你好]]></Recognition>",
                .voice(media: MediaID("M"), format: nil, recognition: "你好")
            ),
            (
                "video", "<MediaId><![CDATA[M]]></MediaId><ThumbMediaId><![CDATA[T]]></ThumbMediaId>",
                .video(media: MediaID("M"), thumbnail: MediaID("T"))
            ),
            ("video", "<MediaId>M</MediaId>", .video(media: MediaID("M"), thumbnail: nil)),
            (
                "file", "<MediaId>M</MediaId><FileName><![CDATA[../报告.pdf]]></FileName><FileSize>9</FileSize>",
                .file(media: MediaID("M"), name: "../报告.pdf")
            ),
            ("file", "<MediaId>M</MediaId>", .file(media: MediaID("M"), name: nil)),
            (
                "link",
                "<Title><![CDATA[t]]></Title><Description><![CDATA[d]]></Description><Url><![CDATA[u]]></Url>"
                    + "<PicUrl><![CDATA[p]]></PicUrl>",
                .link(InboundMessage.Link("u", title: "t", description: "d", pictureURL: "p"))
            ),
            ("link", "<Description/><Url>u</Url><PicUrl/>", .link(InboundMessage.Link("u"))),
        ] as [(String, String, InboundMessage.Content)]
    )
    func types(type: String, elements: String, expected: InboundMessage.Content) throws {
        #expect(try content(type, elements) == expected)
        #expect(try content(type.uppercased(), elements) == expected)
        #expect(expected.type == type)
    }

    @Test("a place is read, with or without where it was sent from")
    func location() throws {
        let place = "<Location_X>23.134</Location_X><Location_Y>113.358</Location_Y>"
        let label = "<Scale>20</Scale><Label><![CDATA[addr]]></Label><AppType><![CDATA[wxwork]]></AppType>"
        let coordinates = try #require(guangzhou)
        #expect(
            try content("location", place + label)
                == .location(InboundMessage.Location(coordinates, scale: 20, label: "addr")))
        #expect(try content("location", place) == .location(InboundMessage.Location(coordinates)))
        #expect(
            try content("location", place + "<Scale>near</Scale><Label/>")
                == .location(InboundMessage.Location(coordinates)))
    }

    @Test(
        "a place that does not exist is none",
        arguments: ["91", "-90.1", "nan", "inf", "1e999", "", "23,1", "north", String(repeating: "9", count: 10_000)]
    )
    func nowhere(latitude: String) throws {
        let elements = "<Location_X>\(latitude)</Location_X><Location_Y>113</Location_Y>"
        #expect(try content("location", elements) == unsupported("location", ["Location_X", "Location_Y"]))
        let swapped = "<Location_X>23</Location_X><Location_Y>18\(latitude)1</Location_Y>"
        #expect(try content("location", swapped) == unsupported("location", ["Location_X", "Location_Y"]))
    }

    @Test("what a message cannot do without makes it unsupported", arguments: ["image", "voice", "video", "file"])
    func withoutMedia(type: String) throws {
        #expect(try content(type, "<PicUrl>p</PicUrl>") == unsupported(type, ["PicUrl"]))
        #expect(try content(type, "<MediaId> </MediaId>") == unsupported(type, ["MediaId"]))
        let longest = String(repeating: "M", count: 512)
        #expect(try content(type, "<MediaId>\(longest)M</MediaId>") == unsupported(type, ["MediaId"]))
        let accepted = try content(type, "<MediaId>\(longest)</MediaId>")
        #expect(accepted.type == type && accepted != unsupported(type, ["MediaId"]))
    }

    @Test("a link without an address is none, and a bad thumbnail does not cost the video")
    func optional() throws {
        #expect(try content("link", "<Title>t</Title>") == unsupported("link", ["Title"]))
        let tooLong = String(repeating: "T", count: 513)
        #expect(
            try content("video", "<MediaId>M</MediaId><ThumbMediaId>\(tooLong)</ThumbMediaId>")
                == .video(media: MediaID("M"), thumbnail: nil))
    }

    @Test("names of types and elements are kept only so long and so many")
    func bounded() throws {
        let name = String(repeating: "n", count: 128)
        let many = String(repeating: "<\(name)>x</\(name)>", count: 20)
        guard case .unsupported(let type, let fields) = try content(name, many + many) else {
            Issue.record("it was understood")
            return
        }
        #expect(type.unicodeScalars.count == 64)
        #expect(fields.count == 32 && fields.allSatisfy { $0.unicodeScalars.count <= 64 })
    }
}
