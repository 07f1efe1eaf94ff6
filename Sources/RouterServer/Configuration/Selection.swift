import Router
import Text

/// The apps and bots that `serve --only` names, as `app/dept-a` and `bot/work`.
struct Selection: Sendable, Equatable {
    private var names: Set<String> = []

    /// Reads the selectors. Refuses, with what there is, what names none or one twice.
    init(_ selectors: [String], among configuration: Configuration) throws(SelectionFault) {
        let known = configuration.selectors
        for selector in selectors {
            guard selector.begins(with: "app/") || selector.begins(with: "bot/") else {
                throw SelectionFault("takes app/NAME or bot/NAME, not \(shown(selector))", among: known)
            }
            guard known.contains(where: { $0.isSame(as: selector) }) else {
                let meant = nearest(to: selector, among: known).map { ": did you mean \($0)?" } ?? ""
                throw SelectionFault("names \(shown(selector)), which there is not\(meant)", among: known)
            }
            guard names.insert(selector).inserted else {
                throw SelectionFault("names \(selector) twice", among: known)
            }
        }
    }

    func has(_ app: Configuration.App) -> Bool { names.contains(app.selector) }
    func has(_ bot: Configuration.Bot) -> Bool { names.contains(bot.selector) }
}

/// The reason why a selection cannot be served.
struct SelectionFault: Error, Equatable, CustomStringConvertible {
    let description: String

    private static let mostNamed = 50

    init(_ complaint: String, among known: [String]) {
        let more = known.count > SelectionFault.mostNamed ? " and \(known.count - SelectionFault.mostNamed) more" : ""
        description =
            "--only \(complaint). There are: \(known.prefix(SelectionFault.mostNamed).joined(separator: ", "))\(more)"
    }
}

extension Configuration {
    /// The selectors of all that there is.
    fileprivate var selectors: [String] { apps.map(\.selector) + bots.map(\.selector) }

    /// The reason why an app is not served for now; nil where it is.
    func dormancy(of app: App) -> DormantApp.Reason? { selection.map { $0.has(app) } ?? true ? nil : .leftOut }

    func dormancy(of bot: Bot) -> DormantApp.Reason? {
        if !bot.isEnabled { return .disabled }
        if let selection, !selection.has(bot) { return .leftOut }
        return bot.socket != nil && bot.agent.isEmpty ? .unbound : nil
    }

    /// Those that are served.
    var servedApps: [App] { apps.filter { dormancy(of: $0) == nil } }
    var servedBots: [Bot] { bots.filter { dormancy(of: $0) == nil } }
}

extension Configuration.App {
    fileprivate var selector: String { "app/\(name)" }
}

extension Configuration.Bot {
    fileprivate var selector: String { "bot/\(name)" }
}
