import System
import Testing
import WeCom

@Suite struct InboundWriteTests {
    @Test("what a person may send is read back as it was written", arguments: contents)
    func roundTrip(content: InboundMessage.Content) throws {
        let message = InboundMessage(
            corp: CorpID("ww1"), sender: .member(UserID("ZhangSan")), createTime: Timestamp(seconds: 1_700_000_000),
            agentID: AgentID(1_000_002), messageID: nil, content: content)
        #expect(try InboundMessage(xml: message.xml) == message)
    }

    @Test("an event that needs no fields is read back from its name alone", arguments: bare)
    func names(event: InboundEvent) throws { try roundTrip(content: .event(event)) }

    @Test("a name that nobody knows is written as it is")
    func unknownName() throws {
        let message = InboundMessage(
            corp: CorpID("ww1"), sender: .platform, createTime: Timestamp(seconds: 1), agentID: nil, messageID: nil,
            content: .event(.unknown(name: "new_event", fields: ["Lost"])))
        let fields = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event"]
        #expect(
            try InboundMessage(xml: message.xml).content == .event(.unknown(name: "new_event", fields: fields)))
    }
}

private let hostile = "]]> <k> & \"你好\"\n😀"

private let place = InboundMessage.Coordinates(latitude: -23.134_000_1, longitude: 1e-05)

private let contents: [InboundMessage.Content] =
    [
        .text(hostile), .image(media: MediaID("M"), pictureURL: "https://p/?a&b"),
        .image(media: MediaID(hostile), pictureURL: nil),
        .voice(media: MediaID("M"), format: "amr", recognition: nil),
        .voice(media: MediaID("M"), format: nil, recognition: hostile),
        .video(media: MediaID("M"), thumbnail: MediaID("T")), .video(media: MediaID("M"), thumbnail: nil),
        .file(media: MediaID("M"), name: "报告.pdf"), .file(media: MediaID("M"), name: nil),
        .link(InboundMessage.Link("u")),
        .link(InboundMessage.Link("https://u", title: hostile, description: "d", pictureURL: "p")),
    ] + places + events.map { .event($0) }

private let places: [InboundMessage.Content] = [place].compactMap(\.self).flatMap { place in
    [
        .location(InboundMessage.Location(place, scale: 15, label: hostile)),
        .location(InboundMessage.Location(place)), .event(.location(place, precision: 65.5)),
        .event(.location(place, precision: nil)),
        .event(.menu(.locationSelected(InboundMessage.Location(place, scale: 1), key: "k", poi: "p"))),
        .event(.menu(.locationSelected(InboundMessage.Location(place), key: nil, poi: nil))),
    ]
}

private let events: [InboundEvent] = [
    .subscribe, .unsubscribe, .enterAgent, .menu(.click(key: hostile)), .menu(.view(url: "https://e/?a&b")),
    .menu(.viewMiniProgram(page: "p")), .menu(.viewMiniProgram(page: nil)),
    .menu(.scanCode(.push, key: "k", type: "qrcode", result: hostile)),
    .menu(.scanCode(.wait, key: nil, type: nil, result: "r")), .menu(.pictures(.camera, key: "k", count: 3)),
    .menu(.pictures(.cameraOrAlbum, key: nil, count: 0)), .menu(.pictures(.weixinAlbum, key: "k", count: 1)),
    .templateCard(
        CardClick(
            key: hostile, taskID: "t", cardType: "vote_interaction", responseCode: "RC",
            selections: ["q1": ["a", hostile], "q2": [], hostile: ["b"]])),
    .templateCard(CardClick(key: "k", taskID: nil)),
    .templateCard(CardClick(key: "k", taskID: "t", responseCode: "RC", isMenu: true)),
    .taskCardClick(key: "k", taskID: "t"), .taskCardClick(key: "k", taskID: nil),
]

private let bare: [InboundEvent] = [
    .other(.modifyCalendar), .other(.cancelMeetingRoom), .app(.shareChanged), .app(.chainChanged),
    .app(.inactiveAlert(nil)), .app(.lowActiveAlert(nil)), .app(.closedForInactivity), .app(.reopened),
    .app(.lowActive), .app(.activeRestored), .app(.adminsChanged), .app(.workbenchMode(isCustom: nil)),
    .app(.unlicensed), .app(.messageAudit), .customerAcquisition(change: nil),
    .customerServiceAccounts(added: [], removed: []),
]
