import HTTP
import JSON
import Lanes
import Router
import System
import Text
import WeCom

/// `/v1/refused`.
extension ControlExchange {
    /// The lines that are told where nobody says how many.
    private static let usualLines = 50

    func refusals() throws -> JSONValue {
        try request.expect(.get, parameters: ["app", "limit", "lang"])
        guard let refused else {
            throw ControlRefusal.notNow(
                "no server runs here: the callbacks that it refuses are kept in its memory while it runs")
        }
        let language =
            try request.query.read("lang", "zh-CN or en") { ChatTexts.Language(rawValue: $0) } ?? .english
        let name = try request.query.read("app", "the name of an app or bot") { name in
            directory[named: name].map(\.name)
        }
        let limit = try request.query.limit() ?? Self.usualLines
        let lines = refused.lines.filter { name == nil || $0.app == name }
        return [
            "since": .string(refused.since.description),
            "clock_lead_seconds": refused.clockLead.map { .number(Double($0.inMilliseconds) / 1000) } ?? .null,
            "refused": .array(lines.prefix(limit).map { json(of: $0, in: language) }),
            "more": .integer(Int64(max(0, lines.count - limit))),
            "rubbish": refused.rubbish.map { json(of: $0, in: language) } ?? .null,
        ]
    }

    private func json(of line: RefusedCallback, in language: ChatTexts.Language) -> JSONValue {
        let explanation = line.explanation(among: directory)
        return [
            "reason": .string(explanation.reason.rawValue),
            "app": explanation.app.map { .string($0) } ?? .null,
            "signed_by": explanation.signer.map { .string($0) } ?? .null,
            "corp_id": line.corp.map { .string($0.text) } ?? .null,
            "lane": .string(line.door.rawValue),
            "kind": .string(line.isVerification ? "verification" : "callback"),
            "address": line.address.map { .string($0.description) } ?? .null,
            "first_at": .string(line.firstAt.description), "last_at": .string(line.lastAt.description),
            "count": .integer(Int64(line.count)), "why": .string(explanation.cause(of: line, in: language)),
            "seen": .array(explanation.seen(in: language).map { .string($0) }),
            "advice": .string(explanation.advice(for: line, in: language)),
            "key": explanation.key(of: line).map { .string($0) } ?? .null,
        ]
    }

    private func json(of rubbish: RefusedRubbish, in language: ChatTexts.Language) -> JSONValue {
        [
            "count": .integer(Int64(rubbish.count)), "first_at": .string(rubbish.firstAt.description),
            "last_at": .string(rubbish.lastAt.description),
            "address": rubbish.address.map { .string($0.description) } ?? .null,
            "corp_id": rubbish.corp.map { .string($0.text) } ?? .null,
            "why": .string(rubbish.cause(in: language)),
        ]
    }
}
