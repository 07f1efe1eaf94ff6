package import System
package import WeCom

/// A self-built app of a corp, or an AI bot, that people write to, with the keys of its callbacks and the agent that answers.
/// Shared rather than copied: thousands of turns hold theirs for as long as they run.
package final class App: Sendable {
    package let endpoint: Endpoint
    /// The name in the configuration: a label for people, which may change.
    package let name: String
    /// The keys in force; nil of a bot that connects to WeCom, which is not called.
    package let keys: CallbackKeys?
    /// Those that are accepted beside them.
    package let formerKeys: [FormerKeys]
    package let agent: String
    package let policy: Policy
    package let traits: BotTraits
    /// The form of messages that its lane carries.
    package let speech: Speech
    package let conduct: Conduct
    /// The texts that it says of its own accord.
    package let texts: ChatTexts
    /// The language of its people, as far as we know.
    package let language: ChatTexts.Language
    /// The time zone in which they live, for times that they are told.
    package let timeZone: TimeZone

    package init(
        _ endpoint: Endpoint, name: String, keys: CallbackKeys?, formerKeys: [FormerKeys] = [],
        traits: BotTraits = BotTraits(), agent: String, policy: Policy, speech: Speech, conduct: Conduct = Conduct(),
        texts: ChatTexts = .chinese, language: ChatTexts.Language = .chinese, timeZone: TimeZone = .utc
    ) {
        self.endpoint = endpoint
        self.name = name
        self.keys = keys
        self.formerKeys = formerKeys
        self.traits = traits
        self.agent = agent
        self.policy = policy
        self.speech = speech
        self.conduct = conduct
        self.texts = texts
        self.language = language
        self.timeZone = timeZone
    }

    /// The identity of an app; nil of a bot.
    package var key: AppKey? { endpoint.app }

    /// The four things to look at where people write and no agent answers.
    package static let absentAgentAdvice =
        "is an agent bound to it (agent)? is it enabled (enabled)? is it this one that people write to (bot_id, agent_id)? is "
        + "the agent configured (agents)?"

    /// True if signs of life are taken back when the answer is there.
    package var recallsSigns: Bool { conduct.signs.recalls && speech.recalls }
}
