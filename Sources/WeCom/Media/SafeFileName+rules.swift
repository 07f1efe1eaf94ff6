extension String {
    /// What stands behind the last slash, be it ours or Windows's.
    var lastPathPart: String {
        String(split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? "")
    }

    /// Without what cannot be seen (controls, marks that reverse the text, joiners), and `_` for what means something to
    /// a shell, a header or another system's paths. Every kind of space is a plain one.
    var withoutUnsafeCharacters: String {
        var safe = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: continue
            case .spaceSeparator: safe.append(" ")
            default: safe.append("\"'`<>|?*:\u{FFFD}".unicodeScalars.contains(scalar) ? "_" : scalar)
            }
        }
        return String(safe)
    }

    /// Without spaces and dots at its ends: the first hide a file, the last are lost on Windows. A leading `-` would be
    /// taken for an option.
    var trimmedOfDots: String {
        let isEdge: (Character) -> Bool = { $0 == " " || $0 == "." }
        guard let last = lastIndex(where: { !isEdge($0) }) else { return "" }
        let inner = self[...last].drop(while: isEdge)
        return inner.hasPrefix("-") ? "_\(inner.dropFirst())" : String(inner)
    }

    /// The ending comes with its dot, and is none if it is long or all there is.
    var splitAtEnding: (stem: String, ending: String) {
        guard let dot = lastIndex(of: "."), dot > startIndex else { return (self, "") }
        let ending = self[dot...]
        guard (2...17).contains(ending.utf8.count), !ending.contains(" ") else { return (self, "") }
        return (String(self[..<dot]), String(ending))
    }

    /// Names of devices on Windows, with whatever ending.
    var isReservedName: Bool {
        let name = (split(separator: ".").first.map(String.init) ?? self).uppercased()
        if ["CON", "PRN", "AUX", "NUL"].contains(name) { return true }
        guard name.utf8.count == 4, let digit = name.last, digit.isASCII, digit.isNumber else { return false }
        return name.hasPrefix("COM") || name.hasPrefix("LPT")
    }

    /// Whole characters, as many as fit.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var cut = ""
        for character in self {
            guard cut.utf8.count + character.utf8.count <= limit else { break }
            cut.append(character)
        }
        return cut.isEmpty ? "file" : cut
    }

    /// The ending that these letters make, with its dot.
    var asEnding: String { isEmpty ? "" : ".\(self)" }
}

extension StringProtocol {
    /// One `_` for each run of characters that are no ASCII letter, digit, `.`, `-` or `_`; none at the ends.
    var asciiWords: String {
        split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_")) }
            .joined(separator: "_")
    }
}
