import Foundation
import JSON
import TestSupport
import Testing
import WeCom

/// The messages that WeCom documents, one of every type, and one of every kind of card.
enum OutboundSamples {
    struct Sample: Sendable, CustomTestStringConvertible {
        /// The `msgtype`, or of a card the `card_type`.
        let type: String
        let text: String
        var testDescription: String { type }

        var json: JSONValue { get throws { try JSONValue(parsing: Array(text.utf8)) } }
        var message: OutboundMessage { get throws { try OutboundMessage(json: json) } }

        /// The message with another value in a field, or without it. An entry of a list that is not there yet is made after
        /// the one before it.
        func setting(_ field: String, _ value: JSONValue?) throws -> JSONValue {
            let path = field.replacing("[", with: ".[").split(separator: ".").map(String.init)
            return try #require(try json.setting(path[...], value))
        }
    }

    static let all = samples(in: "outbound-messages")

    /// Cards with everything that their kind takes.
    static let fullCards = samples(in: "full-cards")

    /// A full card, or the documented message of another type.
    static func sample(_ type: String) throws -> Sample {
        try #require((fullCards + all).first { $0.type == type })
    }

    private static func samples(in file: String) -> [Sample] {
        guard let url = Bundle.module.url(forResource: "Fixtures/\(file)", withExtension: "jsonl"),
            let text = try? String(contentsOf: url, encoding: .utf8)
        else { return [] }
        return text.split(separator: "\n").map { line in
            let json = try? JSONValue(parsing: Array(line.utf8))
            let type = json?["template_card"]?["card_type"]?.string ?? json?["msgtype"]?.string
            return Sample(type: type ?? "", text: String(line))
        }
    }
}

extension JSONValue {
    fileprivate func setting(_ path: ArraySlice<String>, _ value: JSONValue?) throws -> JSONValue? {
        guard let name = path.first else { return value }
        let rest = path.dropFirst()
        if name.hasPrefix("[") {
            var entries = array ?? []
            let index = try #require(Int(name.dropFirst().dropLast()))
            if index == entries.count, let last = entries.last { entries.append(last) }
            let entry: JSONValue? = entries.indices.contains(index) ? entries[index] : nil
            entries[index] = try #require(try (entry ?? [:]).setting(rest, value))
            return .array(entries)
        }
        guard case .object(var members) = self else { throw Unexpected("\(self) has no \(name)") }
        let new = try (self[name] ?? [:]).setting(rest, value).map { Member(name, $0) }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members.replaceSubrange(index...index, with: new.map { [$0] } ?? [])
        } else {
            members += new.map { [$0] } ?? []
        }
        return .object(members)
    }
}

extension OutboundSamples.Sample {
    /// Finds the fault of the message when a field has another value, or is not there.
    func fault(setting field: String, _ value: JSONValue?) throws -> MessageFault? {
        WeComTests.fault(in: try setting(field, value))
    }
}
