/// The ways in which people write, and WeCom with them.
package struct Manners: Sendable {
    /// WeCom waits five seconds for a 200, four times; of several it takes one by chance. Here a restart is to take several tries,
    /// and now and then all of them.
    package var patiences = [40, 400, 400, 400].map(Duration.milliseconds)
    /// The longest pause of a person between two messages, each a pause of chance.
    package var longestPause = Duration.zero
    /// WeCom asks a bot so often how far its answer has come.
    package var askingInterval = Duration.milliseconds(50)

    package init() {}
}
