import Text

/// The query of an address, with those fields that have a value; empty without any.
func query(_ fields: [(String, String?)]) -> String {
    let pairs = fields.compactMap { name, value in
        value.flatMap { $0.isEmpty ? nil : "\(name)=\(percentEncoded($0))" }
    }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
}
