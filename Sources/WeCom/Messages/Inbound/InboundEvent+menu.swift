import XML

/// A person's choice in an app's menu. The key is the menu's own for the entry.
package enum MenuChoice: Sendable, Equatable {
    case click(key: String)
    case view(url: String)
    case viewMiniProgram(page: String?)
    /// `type` is mostly `qrcode`. With `wait` the person sees that something is awaited.
    case scanCode(ScanKind, key: String?, type: String?, result: String)
    case pictures(PictureKind, key: String?, count: Int)
    /// `poi` is what the map calls the place.
    case locationSelected(InboundMessage.Location, key: String?, poi: String?)

    package enum ScanKind: Sendable { case push, wait }
    package enum PictureKind: Sendable { case camera, cameraOrAlbum, weixinAlbum }

    var name: InboundEvent.Name {
        switch self {
        case .click: .click
        case .view: .view
        case .viewMiniProgram: .viewMiniProgram
        case .scanCode(.push, _, _, _): .scanCodePush
        case .scanCode(.wait, _, _, _): .scanCodeWait
        case .pictures(.camera, _, _): .systemPhoto
        case .pictures(.cameraOrAlbum, _, _): .photoOrAlbum
        case .pictures(.weixinAlbum, _, _): .weixinAlbum
        case .locationSelected: .locationSelect
        }
    }
}

extension MenuChoice {
    init?(_ name: InboundEvent.Name, _ root: XMLElement) {
        let key = root.value("EventKey")
        let choice: MenuChoice? =
            switch name {
            case .click: key.map { .click(key: $0) }
            case .view: key.map { .view(url: $0) }
            case .viewMiniProgram: .viewMiniProgram(page: key)
            case .scanCodePush: .scanCode(.push, key, root)
            case .scanCodeWait: .scanCode(.wait, key, root)
            case .systemPhoto: .pictures(.camera, key, root)
            case .photoOrAlbum: .pictures(.cameraOrAlbum, key, root)
            case .weixinAlbum: .pictures(.weixinAlbum, key, root)
            case .locationSelect: .locationSelected(key, root)
            default: nil
            }
        guard let choice else { return nil }
        self = choice
    }

    private static func scanCode(_ kind: ScanKind, _ key: String?, _ root: XMLElement) -> MenuChoice? {
        guard let scan = root["ScanCodeInfo"], let result = scan.value("ScanResult") else { return nil }
        return .scanCode(kind, key: key, type: scan.value("ScanType"), result: result)
    }

    /// The pictures are counted where WeCom has not.
    private static func pictures(_ kind: PictureKind, _ key: String?, _ root: XMLElement) -> MenuChoice? {
        guard let sent = root["SendPicsInfo"] else { return nil }
        let said = sent.integer("Count").flatMap { $0 < 0 ? nil : Int(exactly: $0) }
        return .pictures(kind, key: key, count: said ?? sent["PicList"]?.all("item").count ?? 0)
    }

    private static func locationSelected(_ key: String?, _ root: XMLElement) -> MenuChoice? {
        guard let sent = root["SendLocationInfo"], let location = sent.location else { return nil }
        return .locationSelected(location, key: key, poi: sent.value("Poiname"))
    }
}
