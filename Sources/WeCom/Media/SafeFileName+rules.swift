import Text

extension String {
    /// The part behind the last slash, be it ours or Windows's.
    var lastPathPart: String {
        String(pieces { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.last ?? "")
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
        let isEdge: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ".") }
        guard let last = utf8.lastIndex(where: { !isEdge($0) }) else { return "" }
        let inner = Substring(utf8[...last].drop(while: isEdge))
        return inner.after("-").map { "_\($0)" } ?? String(inner)
    }

    /// The ending comes with its dot, and is none if it is long or all there is.
    var splitAtEnding: (stem: String, ending: String) {
        guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")), dot > startIndex else { return (self, "") }
        let ending = self[dot...]
        guard (2...17).contains(ending.utf8.count), !ending.has(" ") else { return (self, "") }
        return (String(self[..<dot]), String(ending))
    }

    /// Names of devices on Windows, with whatever ending.
    var isReservedName: Bool {
        let stem = pieces(keepingEmpty: false) { $0 == UInt8(ascii: ".") }.first ?? self[...]
        guard stem.utf8.count <= 4 else { return false }
        let name = stem.uppercased()  // short: four bytes
        if ["CON", "PRN", "AUX", "NUL"].contains(name) { return true }
        guard name.utf8.count == 4, let digit = name.last, digit.isASCII, digit.isNumber else { return false }
        return name.begins(with: "COM") || name.begins(with: "LPT")
    }

    /// Cuts the name to what fits.
    func orFile(within limit: Int) -> String {
        let cut = beginning(bytes: limit)
        return cut.isEmpty ? "file" : String(cut)
    }
}
