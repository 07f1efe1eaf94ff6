import Text

/// A file's name that can do no harm: in a directory of ours, in a header, in a list that a person reads.
///
/// Other people choose the names of the files they send. Of such a name remains its last part, bounded, printable,
/// without what turns it into a path, hides it, ends a quotation or reverses the text around it.
package struct SafeFileName: Sendable, Hashable, CustomStringConvertible {
    package static let maxBytes = 100

    package let text: String
    package var description: String { text }

    /// Makes a name of what somebody called a file of this type; a name without an ending gets the type's usual one.
    package init(_ given: String, type: MediaType = .unknown) {
        let cleaned = given.lastPathPart.withoutUnsafeCharacters.trimmedOfDots
        var (stem, ending) = cleaned.splitAtEnding
        if ending.isEmpty, let usual = type.fileExtension { ending = ".\(usual)" }
        if stem.isEmpty { stem = "file" }
        if stem.isReservedName { stem = "_\(stem)" }
        text = (stem.orFile(within: Self.maxBytes - ending.utf8.count) + ending).trimmedOfDots
    }

    private init(stem: String, ending: String) { text = stem + ending }

    /// The name for the `number`th file that would have it: `report.pdf`, then `report-2.pdf`.
    package func numbered(_ number: Int) -> SafeFileName {
        guard number > 1 else { return self }
        let (stem, ending) = text.splitAtEnding
        let suffix = "-\(number)"
        let room = Self.maxBytes - ending.utf8.count - suffix.utf8.count
        return SafeFileName(stem: stem.orFile(within: room) + suffix, ending: ending)
    }
}

/// Names that no two files share, regardless of case: those of one turn.
package struct FileNames: Sendable {
    private var taken: Set<String> = []

    package init() {}

    /// `name`, or the first of its numbered forms that is free; taken from now on.
    package mutating func take(_ name: SafeFileName) -> SafeFileName {
        var number = 1
        while !taken.insert(name.numbered(number).text.lowercased()).inserted { number += 1 }  // short: a name is cut
        return name.numbered(number)
    }
}
