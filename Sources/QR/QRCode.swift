/// A QR code (ISO/IEC 18004) of a text, for a camera to read from a screen: bytes in UTF-8, error correction of level L, which
/// takes the fewest modules and is enough where nothing gets dirty.
package struct QRCode: Sendable, Equatable {
    /// Modules in a row, and rows.
    package let size: Int
    private let modules: [Bool]

    /// Nil for a text that is longer than the largest version has room for.
    package init?(_ text: String) {
        guard let canvas = QRCanvas(holding: Array(text.utf8)) else { return nil }
        let masked = QRMask.allCases.map(canvas.masked)
        guard let best = masked.min(by: { $0.penalty < $1.penalty }) else { return nil }
        self.init(best)
    }

    /// The same with a mask that is given rather than chosen.
    init?(_ text: String, mask: QRMask) {
        guard let canvas = QRCanvas(holding: Array(text.utf8)) else { return nil }
        self.init(canvas.masked(by: mask))
    }

    private init(_ canvas: QRCanvas) {
        size = canvas.size
        modules = canvas.modules
    }

    /// The module in a row and a column is dark. What lies outside is light.
    package func isDark(_ row: Int, _ column: Int) -> Bool {
        guard 0..<size ~= row, 0..<size ~= column else { return false }
        return modules[row * size + column]
    }

    /// The longest text, in bytes.
    package static let longest = QRVersion.largest.room
}
