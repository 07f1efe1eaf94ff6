package import WeCom

/// An AI bot as WeCom knows it that connects to WeCom: it has a secret and no address.
package struct FakeSocketBot: Sendable {
    package let id: BotID
    package let secret: Secret

    package init(id: BotID, secret: Secret) {
        self.id = id
        self.secret = secret
    }
}
