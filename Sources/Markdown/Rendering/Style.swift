/// The differences between the renderings: how each writes what they have in common.
protocol Style {
    func strong(_ text: String) -> String
    func code(_ text: String) -> String
    func font(_ color: FontColor, _ text: String) -> String
    /// `text` has no marks in it.
    func link(_ text: String, to destination: String) -> String
    func heading(_ text: String, level: Int) -> String
    func codeBlock(_ code: String, language: String?) -> [String]
    /// The indentation of an item's lines that its marker does not stand before.
    func indentation(below marker: String) -> String
    /// The columns that a cell takes when it is shown.
    func width(of cell: String, visibleText: String) -> Int
    /// True if a blank line follows a heading.
    var separatesHeadings: Bool { get }
}
