package import WeCom

extension FakeWeCom {
    /// Puts a file into WeCom, as the phone of somebody does who is about to send it.
    package func hold(_ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, of corp: CorpID) -> FakeMedia {
        api.store(bytes, kind, named: name, of: corp)
    }

    /// Has a person send a file of some kind. Of a voice, `recognition` is what WeCom understood.
    @discardableResult
    package func send(
        _ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, recognition: String? = nil, as user: UserID,
        to app: FakeApp, patience: Duration = .seconds(5)
    ) async -> [CallbackTry] {
        let media = MediaID(hold(bytes, kind, named: name, of: app.corpID).id)
        let content: InboundMessage.Content =
            switch kind {
            case .image: .image(media: media, pictureURL: "https://wework.qpic.cn/\(media)")
            case .voice: .voice(media: media, format: "amr", recognition: recognition)
            case .video: .video(media: media, thumbnail: MediaID("thumb-\(media)"))
            case .file: .file(media: media, name: name)
            }
        return await send(content, as: user, to: app, patience: patience)
    }
}
