import JSON
import Router
import System
import Text

/// The callbacks that the server refused which runs here, with the places of the keys to look at.
struct RefusalReport: Sendable {
    /// The answer of `/v1/refused`.
    private let told: JSONValue
    private let findings: [OnlineFinding]

    private static let mostLines = "10"

    /// Asks the server; nil where none runs, or one that remembers nothing.
    static func ask(_ configuration: Configuration, in language: ChatTexts.Language) async -> RefusalReport? {
        let told = try? await ControlClient.useServer(of: configuration.store) { server in
            try await server.get("/v1/refused", [("limit", mostLines), ("lang", language.rawValue)])
        }
        return told.map { RefusalReport($0, configuration, in: language) }
    }

    private init(_ told: JSONValue, _ configuration: Configuration, in language: ChatTexts.Language) {
        self.told = told
        findings = (told["refused"]?.array ?? []).map { line in
            var finding = OnlineFinding(
                RefusalReport.words(for: line, language), advice: printable(line["advice"]?.string ?? "", most: 500))
            finding.severity = .warning
            (finding.key, finding.place) = configuration.key(line["key"]?.string, of: line["app"]?.string)
            return finding
        }
    }

    private static func words(for line: JSONValue, _ say: ChatTexts.Language) -> String {
        let count = line["count"]?.integer ?? 1
        let seen = (line["seen"]?.array ?? []).compactMap(\.string)
        let place = line["address"]?.string.map { say("来自 \($0)", "from \($0)") }
        let last = say("最后一次 \(line.shown("last_at"))", "last \(line.shown("last_at"))")
        let trace = ["×\(count)", last, place].compactMap(\.self).joined(separator: say("，", ", "))
        return ([printable(line["why"]?.string ?? "", most: 500)] + seen.map { printable($0, most: 200) })
            .joined(separator: " ") + " (\(trace))"
    }

    var json: JSONValue { told }

    func lines(in source: String, _ say: ChatTexts.Language) -> [String] {
        let title = say("被拒的回调", "refused callback")
        let rubbish = told["rubbish"]?["count"]?.integer.map { count in
            say("另有 \(count) 个不像回调的请求被拒：", "besides, \(count) requests were refused that look like no callback: ")
                + printable(told["rubbish"]?["why"]?.string ?? "", most: 500)
        }
        let more = told["more"]?.integer.flatMap { count in
            count > 0 ? say("还有 \(count) 行：GET /v1/refused", "and \(count) lines more: GET /v1/refused") : nil
        }
        let none = say("自启动以来没有回调被拒", "no callback was refused since the server started")
        return (findings.isEmpty ? [none] : findings.map { $0.line(about: title, in: source) })
            + [more, rubbish].compactMap(\.self)
    }
}

extension Configuration {
    /// The path of a key that has no dot, which belongs to an app or bot, and its place; of one that has, as it stands.
    fileprivate func key(_ key: String?, of name: String?) -> (String?, Place?) {
        guard let key else { return (nil, nil) }
        if key.has(".") { return (key, places[key]) }
        if let app = apps.first(where: { $0.name == name }) { return ("\(app.key).\(key)", place(of: key, in: app)) }
        if let bot = bots.first(where: { $0.name == name }) { return ("\(bot.key).\(key)", place(of: key, in: bot)) }
        return (key, nil)
    }
}
