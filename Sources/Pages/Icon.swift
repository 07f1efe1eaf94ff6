package import HTML

/// The drawings that pages have, each 20 by 20 and drawn in the colour of the text beside it.
package enum Icon: String, Sendable, CaseIterable {
    case chat, book, grid, wire, bolt, file, img, mic, pin, find, pause, play, bin, copy, down, right, left, ok, x, warn
    case again, lock, dots, stop, gear, list, gauge, dead, mem, shut, log, help, think, term, up
    case sun, at

    package enum Size: String, Sendable {
        case usual = "i"
        case small = "i s"
    }

    /// The drawing, of which nothing is read out: a word stands beside it, or a label on what it is in.
    package func drawn(_ size: Size = .usual, _ names: String...) -> HTML {
        let names = names.map { " \($0)" }.joined()
        return tag(.svg, .class(size.rawValue + names), .ariaHidden) { tag(.use, .href("#i-\(rawValue)")) }
    }

    /// All of them, to stand once in a page.
    package static let sprite = HTML(embedded: SharedAssets.icons)
}
