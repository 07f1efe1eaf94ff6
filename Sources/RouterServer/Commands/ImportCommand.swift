import JSON
import System
import Text
import WeCom

enum ImportCommand: Command {
    static let summary = "move in from Hermes, OpenClaw, cc-connect, CowAgent and others"

    static let help = CommandHelp(
        "import",
        """
        Usage: wecom-router import FILE [--from KIND] [--env-file FILE] [--output FILE] [--force] [--dry-run] [--json]

        Makes a configuration for wecom-router from that of another program, and says of each of its keys whether it was
        taken, changed or left out. FILE may be

          hermes      the Hermes gateway's config.yaml with the .env beside it, or that .env alone
          openclaw    OpenClaw's openclaw.json: channels.wecom with its accounts
          cc-connect  cc-connect's config.toml: the projects with a platform wecom
          cowagent    CowAgent's (chatgpt-on-wechat's) config.json: the channels wechatcom_app and wecom_bot
          maven       Maven's config.json: channels.wecom
          loongclaw   LoongClaw's config.toml: wecom with its accounts

        Which it is, the file tells. Secrets become variables in a .env beside the new file. Both are for your user alone
        (mode 0600), and written only when wecom-router check would find no fault. Apps and bots (智能机器人)
        alike are moved in.

          --from KIND      read it as that of hermes, openclaw, cc-connect, cowagent, maven or loongclaw
          --env-file FILE  the variables of the other program; else the .env beside FILE, if there is one
          --output FILE    where the configuration goes (config.yaml)
          --force          replace the configuration that is there, and in its .env the variables of the same names
          --dry-run        write nothing, and show what would be written, without the values of variables
          --json           what became of each key, as JSON

        """)

    static func run(_ context: CommandContext) throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 1)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        guard let file = options.operands.first else {
            throw UsageError("FILE is missing: the configuration that is to be moved in.", command: "import")
        }
        let done = try Import(file, from: kind(options), environmentFile: options.value("--env-file"))
        let target = DraftTarget(options.value("--output") ?? "config.yaml")
        if !options.has("--json") { context.print(story(of: done, file)) }
        guard !done.draft.apps.isEmpty || !done.draft.bots.isEmpty else {
            throw ImportFailure(
                "\(file) holds no app and no bot of WeCom, so there is nothing to serve, and nothing is written")
        }
        let warnings: [Fault]
        do {
            warnings = try done.tried(environment: context.environment)
        } catch ConfigurationError.faults(let faults, _) {
            for fault in faults { StandardError.write("\(fault)\n") }
            StandardError.write("wecom-router: nothing is written: mend that in \(file), and import it again\n")
            return .configuration
        }
        if options.has("--dry-run") {
            if !options.has("--json") { context.print("\n" + done.draft.rendered.text) }
        } else {
            try target.write(done.draft, replacing: options.has("--force"), sources: done.sources)
        }
        context.print(
            options.has("--json") ? json(done, warnings).text + "\n" : ending(done, target, warnings, options))
        return .done
    }

    private static func kind(_ options: Options) throws -> ForeignKind? {
        guard let word = options.value("--from") else { return nil }
        guard let kind = ForeignKind(rawValue: word) else {
            let kinds = ForeignKind.allCases.map(\.rawValue)
            throw UsageError("--from cannot be \(shown(word)); \(hint(for: word, among: kinds))", command: "import")
        }
        return kind
    }

    // MARK: Telling

    private static func story(of done: Import, _ file: String) -> String {
        var lines = ["\(file) is a configuration of \(done.kind.title)."]
        lines += done.notes.sorted.map(\.line)
        if done.notes.untold > 0 { lines.append("… and \(done.notes.untold) keys more") }
        let counts = [("taken", ImportNotes.Outcome.took), ("changed", .changed), ("left out", .left)]
        lines.append(counts.map { "\(done.notes.count($1)) \($0)" }.joined(separator: ", "))
        if done.notes.leavesSafetyOut {
            lines.append("Among what is left out are keys that may keep somebody out: look at them before you start.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func ending(
        _ done: Import, _ target: DraftTarget, _ warnings: [Fault], _ options: Options
    ) -> String {
        var lines = warnings.map { "\($0.place): warning: \($0.message)" }
        let names = done.draft.variables.map(\.name).joined(separator: ", ")
        if options.has("--dry-run") {
            lines.append(names.isEmpty ? "Nothing is written." : "Nothing is written. The variables would be \(names).")
        } else {
            lines.append(
                "Written: \(target.configuration)" + (names.isEmpty ? "" : ", and \(target.variables) with \(names)"))
            lines.append("Next: wecom-router check --online --config \(target.configuration)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func json(_ done: Import, _ warnings: [Fault]) -> JSONValue {
        [
            "from": .string(done.kind.rawValue), "notes": .array(done.notes.sorted.map(\.json)),
            "variables": .array(done.draft.variables.map { .string($0.name) }),
            "warnings": .array(
                warnings.map { ["place": .string($0.place.description), "message": .string($0.message)] }),
        ]
    }
}
