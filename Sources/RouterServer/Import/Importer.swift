import Text
import WeCom

/// Makes a configuration of ours from another program's, and notes of each key what became of it.
final class Importer {
    typealias Line = ConfigurationDraft.Line

    let notes = ImportNotes()
    var draft = ConfigurationDraft()
    /// The variables that come with the file.
    let variables: ForeignTable
    let variableText: [String: String]

    init(_ variables: ForeignNode?, at place: Place) {
        self.variables = ForeignTable(variables, orAt: place, readsVariables: false, notes)
        var text: [String: String] = [:]
        if case .table(let entries) = variables?.content {
            for entry in entries { if case .text(let value) = entry.value.content { text[entry.key] = value } }
        }
        variableText = text
    }

    // MARK: Values

    /// The text of a value as ours has it, where `${` is always a variable.
    func text(_ value: ForeignValue) -> String {
        guard value.readsVariables else { return value.text.replacing(word: "${", by: "$${") }
        keepVariables(of: value.text)
        return value.text
    }

    /// Takes a value as it stands, as `key` of what is named.
    func plain(_ value: ForeignValue, as key: String, of owner: String) -> Line {
        notes.took(value, as: "\(key) of \(owner)")
        return Line(key, YAMLText.of(text(value)), from: value.place)
    }

    /// A value that stands in a variable: one that it names, or one of its own.
    func secretReference(_ value: ForeignValue, _ variable: String) -> String {
        if value.readsVariables, value.text.has("${") { return text(value) }
        return draft.variable(variable, holding: value.text)
    }

    func secret(_ value: ForeignValue, as key: String, of owner: String, in variable: String) -> Line {
        let reference = secretReference(value, variable)
        notes.took(value, as: "\(key) of \(owner), \(reference)")
        return Line(key, YAMLText.of(reference), from: value.place)
    }

    /// The variables that a value names come along where the file's own `.env` has them.
    private func keepVariables(of text: String) {
        for name in Substitution(text, environment: [:]).variables {
            if let value = variableText[name] { draft.keep(name, value) }
        }
    }

    // MARK: Names

    /// A name of ours from any name, and one that is not taken.
    func name(_ wanted: String?, orElse fallback: String, taken: [String]) -> String {
        let base = wanted.flatMap(nameOfOurs) ?? fallback
        var (name, number) = (base, 1)
        while taken.contains(name) {
            number += 1
            name = "\(base.utf8.count > 60 ? String(base.prefix(60)) : base)-\(number)"  // short: a name
        }
        return name
    }

    /// The names of the apps and bots so far, which share them.
    var namesTaken: [String] { (draft.apps + draft.bots).map(\.name) }

    /// Tells of a name that cannot be here what it was there.
    func tellName(_ name: String, insteadOf wanted: String?, _ place: Place, _ path: String) {
        guard let wanted, wanted != name else { return }
        notes.changed(
            place, path, "\(shown(wanted)) is called \(name): a name here is of a-z, 0-9, . _ -, and unique")
    }

    // MARK: Agents

    /// Adds the agent `name` for one that is not known here, and says `why`.
    func addStandIn(_ name: String, because why: String, _ place: Place, _ path: String) -> String {
        notes.changed(place, path, "\(why): echo stands in its place until you say who answers")
        let remark = "\(why): echo stands in its place and answers with what it was told. Put yours here."
        draft.agents.append(.init(name: name, lines: [Line("kind", "echo")], remarks: [remark]))
        return name
    }
}
