import Testing
import WeCom

@Suite struct InboundMenuTests {
    @Test(
        "a choice in the menu is read",
        arguments: [
            ("<Event>click</Event><EventKey><![CDATA[k]]></EventKey><AgentID>1</AgentID>", .click(key: "k")),
            (
                "<Event>view</Event><EventKey><![CDATA[https://e/?a=1&b]]></EventKey>",
                .view(url: "https://e/?a=1&b")
            ),
            ("<Event>view_miniprogram</Event><EventKey>pages/a</EventKey>", .viewMiniProgram(page: "pages/a")),
            ("<Event>view_miniprogram</Event><EventKey/>", .viewMiniProgram(page: nil)),
            (
                """
                <Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[6]]></EventKey>
                <ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType>\
                <ScanResult><![CDATA[2]]></ScanResult></ScanCodeInfo><AgentID>1</AgentID>
                """,
                .scanCode(.wait, key: "6", type: "qrcode", result: "2")
            ),
            (
                "<Event>SCANCODE_PUSH</Event><scancodeinfo><scanresult>r</scanresult></scancodeinfo>",
                .scanCode(.push, key: nil, type: nil, result: "r")
            ),
            (
                """
                <Event><![CDATA[pic_sysphoto]]></Event><EventKey><![CDATA[k]]></EventKey>
                <SendPicsInfo><Count>1</Count>\
                <PicList><item><PicMd5Sum><![CDATA[1b5f]]></PicMd5Sum></item></PicList>\
                </SendPicsInfo><AgentID>1</AgentID>
                """,
                .pictures(.camera, key: "k", count: 1)
            ),
            (
                "<Event>pic_photo_or_album</Event><SendPicsInfo><PicList><item/><Item/></PicList></SendPicsInfo>",
                .pictures(.cameraOrAlbum, key: nil, count: 2)
            ),
            (
                "<Event>pic_weixin</Event><SendPicsInfo><Count>-1</Count></SendPicsInfo>",
                .pictures(.weixinAlbum, key: nil, count: 0)
            ),
        ] as [(String, MenuChoice)]
    )
    func choices(elements: String, expected: MenuChoice) throws {
        #expect(try event(elements) == .menu(expected))
    }

    @Test("a place chosen from the menu is read")
    func location() throws {
        let elements = """
            <Event><![CDATA[location_select]]></Event><EventKey><![CDATA[k]]></EventKey>
            <SendLocationInfo><Location_X><![CDATA[23]]></Location_X><Location_Y><![CDATA[113]]></Location_Y>\
            <Scale><![CDATA[15]]></Scale><Label><![CDATA[addr]]></Label><Poiname><![CDATA[]]></Poiname>\
            </SendLocationInfo><AgentID>1</AgentID><AppType><![CDATA[wxwork]]></AppType>
            """
        let place = try #require(InboundMessage.Coordinates(latitude: 23, longitude: 113))
        let location = InboundMessage.Location(place, scale: 15, label: "addr")
        #expect(try event(elements) == .menu(.locationSelected(location, key: "k", poi: nil)))
    }

    @Test("huge and negative numbers are no numbers", arguments: ["99999999999999999999999", "-5", "0x10", "1.5", "１"])
    func hostileCounts(count: String) throws {
        let elements = "<Event>pic_weixin</Event><SendPicsInfo><Count>\(count)</Count></SendPicsInfo>"
        #expect(try event(elements) == .menu(.pictures(.weixinAlbum, key: nil, count: 0)))
    }
}
