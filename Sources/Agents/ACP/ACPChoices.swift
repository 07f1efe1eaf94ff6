import JSON
import Router
import Text

/// The settings of a session: its options, or its modes where the agent has no options.
struct ACPChoices: Equatable {
    private struct Choice: Equatable {
        let id: String
        let category: String
        let current: String?
        let values: [(value: String, name: String)]

        static func == (a: Choice, b: Choice) -> Bool {
            a.id == b.id && a.current == b.current && a.values.map(\.value) == b.values.map(\.value)
        }
    }

    private var options: [Choice]?
    private var modes: Choice?

    /// Reads the answer to whatever opened the session, or to what set an option.
    init(_ result: JSONValue) {
        options = result["configOptions"]?.array?.compactMap(ACPChoices.option)
        modes = ACPChoices.modes(result["modes"])
    }

    /// The agent has told nothing that could be set.
    var isEmpty: Bool { options == nil && modes == nil }

    /// The call that sets the `category` of a session, `mode` or `model`; nil where it is set so already.
    func call(
        setting category: String, to wanted: String, of session: String
    ) throws(AgentFailure) -> (method: String, params: JSONValue)? {
        let option = options?.first { $0.category == category }
        guard let choice = option ?? (options == nil && category == "mode" ? modes : nil) else {
            throw AgentFailure(.config, "the agent does not let its \(category) be chosen, and \(wanted) is wanted")
        }
        let meant =
            choice.values.first { $0.value == wanted }
            ?? choice.values.first { [$0.value, $0.name].map(\.lowercasedASCII).contains(wanted.lowercasedASCII) }
        guard let value = meant?.value else {
            let known = choice.values.map(\.value).joined(separator: ", ").onOneLine(atMost: 300)
            throw AgentFailure(.config, "the agent has no \(category) \(wanted); it has: \(known)")
        }
        if value == choice.current { return nil }
        if option == nil {
            return ("session/set_mode", ["sessionId": .string(session), "modeId": .string(value)])
        }
        return (
            "session/set_config_option",
            ["sessionId": .string(session), "configId": .string(choice.id), "value": .string(value)]
        )
    }

    private static func option(_ value: JSONValue) -> Choice? {
        guard let id = value["id"]?.shortString else { return nil }
        // Values may come in groups.
        let values = (value["options"]?.array ?? []).flatMap { $0["options"]?.array ?? [$0] }
        return Choice(
            id: id, category: value["category"]?.shortString ?? id, current: value["currentValue"]?.shortString,
            values: values.compactMap { entry in
                entry["value"]?.shortString.map { ($0, entry["name"]?.shortString ?? $0) }
            })
    }

    private static func modes(_ value: JSONValue?) -> Choice? {
        guard let available = value?["availableModes"]?.array else { return nil }
        return Choice(
            id: "mode", category: "mode", current: value?["currentModeId"]?.shortString,
            values: available.compactMap { mode in mode["id"]?.shortString.map { ($0, mode["name"]?.shortString ?? $0) }
            })
    }
}
