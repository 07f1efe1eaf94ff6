import HTTP
import Text
import WeCom

/// Makes what speakers say, sealed as it goes over the wire.
struct TrafficScript {
    let wecom: FakeWeCom
    let mix: TrafficMix
    /// The picture that every image is, by corps.
    let pictures: [CorpID: MediaID]

    init(wecom: FakeWeCom, _ mix: TrafficMix, for apps: [FakeApp]) {
        self.wecom = wecom
        self.mix = mix
        let corps = mix.kinds.contains(.image) ? Set(apps.map(\.corpID)) : []
        pictures = Dictionary(
            corps.map { ($0, MediaID(wecom.hold(TrafficScript.picture, .image, named: "a.png", of: $0).id)) }
        ) { first, _ in first }
    }

    /// A PNG of one transparent pixel.
    private static let picture: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
        6, 0,
        0, 0, 0x1F, 0x15, 0xC4, 0x89, 0, 0, 0, 13, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0D,
        0x0A,
        0x2D, 0xB4, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    private static let words = String(repeating: "请查看昨天的报表并总结要点 check the report. ", count: 4)

    /// The message of that number by a speaker. What asks for a bot that is not there is said to the app, and the other way
    /// round.
    func saying(_ number: Int, by speaker: TrafficSpeaker) -> TrafficSpeaker.Saying {
        let kind = mix.kind(of: number)
        guard let app = speaker.app, kind != .bot || speaker.bot == nil else { return .bot }
        let message = wecom.message(content(of: kind, number, app), from: speaker.user, to: app)
        let request = FakeWeCom.callback(
            of: message, to: app, at: wecom.callbackURL(of: app), sealed: wecom.clock.wall)
        return .callback(TrafficScript.wire(request))
    }

    func words(_ number: Int) -> String { "#\(number) \(TrafficScript.words)" }

    private func content(of kind: TrafficMix.Kind, _ number: Int, _ app: FakeApp) -> InboundMessage.Content {
        guard kind == .image, let picture = pictures[app.corpID] else { return .text(words(number)) }
        return .image(media: picture, pictureURL: "https://wework.qpic.cn/\(picture)")
    }

    /// The request as it goes over the wire.
    private static func wire(_ request: HTTPRequest) -> [UInt8] {
        let rest = request.target.utf8.dropFirst("http://".utf8.count)
        let authority = String(Substring(rest.prefix { $0 != UInt8(ascii: "/") }))
        let behind = String(Substring(rest.dropFirst(authority.utf8.count)))
        let path = behind.begins(with: "/") ? behind : "/" + behind
        let head = """
            \(request.method) \(path) HTTP/1.1\r
            Host: \(authority)\r
            Content-Type: text/xml\r
            Content-Length: \(request.body.count)\r
            \r

            """
        return Array(head.utf8) + request.body
    }
}
