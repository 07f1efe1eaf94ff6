import System
package import WeCom

extension FakeWeCom {
    /// Puts a file into WeCom, as the phone of somebody does who is about to send it.
    package func hold(_ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, of corp: CorpID) -> FakeMedia {
        api.store(bytes, kind, named: name, of: corp)
    }

    /// The file of this id that WeCom holds for a corp, as long as it does.
    package func media(_ id: MediaID, of corp: CorpID) -> FakeMedia? {
        api.state.withLock { $0.media.file(id.text, of: corp, at: clock.now)?.media }
    }

    /// Has a person send a file of some kind. Of a voice, `recognition` is what WeCom understood.
    @discardableResult
    package func send(
        _ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, recognition: String? = nil, as user: UserID,
        to app: FakeApp, patience: Duration = .seconds(5)
    ) async -> [CallbackTry] {
        let media = hold(bytes, kind, named: name, of: app.corpID)
        let content: InboundMessage.Content =
            kind == .voice ? .voice(media: MediaID(media.id), format: "amr", recognition: recognition) : media.content
        return await send(content, as: user, to: app, patience: patience)
    }
}
