package import WeCom

/// Everything the router is told before it starts, checked and complete.
///
/// A plain value: `load` reads it, the composition root turns it into services. The initial values of its parts are the
/// defaults that `config.yaml` documents.
package struct Configuration: Sendable {
    package var server = Server()
    package var management = Management()
    package var store = Store()
    package var node = Node()
    package var workers = Workers()
    package var log = Log()
    /// The agents that answer, by name.
    package var agents: [String: Agent] = [:]
    package var apps: [App] = []
    /// WeCom's AI bots (智能机器人).
    package var bots: [Bot] = []
    /// The name of the bot that is meant where none is named.
    package var defaultBot: String?
    /// The apps and bots that are served, where that is not all of them.
    var selection: Selection?

    /// The source, for people: a path, or `the environment`.
    package var source = ""
    /// Values that work but are probably not meant, in the order of the file.
    package var warnings: [Fault] = []
    /// The place of each key that was given, by its path as in `apps[0].token`, and of each item of a list, as in
    /// `apps[0].allowed_tags.7`.
    package var places: [String: Place] = [:]

    /// The configuration's own file, and those that secrets were read from.
    package var secretFiles: [String] = []
    /// The variables that came from a file rather than from the environment, which wins.
    package var fileVariables: [String: Secret] = [:]
    /// A digest of what all processes over one database should be told alike; empty where nothing was read.
    package var digest = ""
    /// The variables that its file refers to.
    package var usedVariables: Set<String> = []

    package init() {}

    /// The place where `key` of `app` was written, or else where the app begins: for what is found out later, as by
    /// `check --online`.
    package func place(of key: String, in app: App) -> Place? { places["\(app.key).\(key)"] ?? places[app.key] }

    /// The same of a bot.
    package func place(of key: String, in bot: Bot) -> Place? { places["\(bot.key).\(key)"] ?? places[bot.key] }
}
