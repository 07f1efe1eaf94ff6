/// The ways of WeCom with bots that it calls, which are not the same every day.
package struct BotWebhookRules: Sendable {
    /// A callback is answered within this, or counts as lost.
    package var patience = Duration.seconds(5)
    /// A message or an event that was not answered is posted so often again: the same to the byte before it is sealed.
    package var redeliveries = 2
    /// WeCom asks how far a stream has come for so long after the message.
    package var streamLife = Duration.seconds(360)

    package init() {}
}
