import HTML
import Pages
import Simulator

extension BenchView {
    /// The parts of what is sealed, drawn to scale.
    @HTMLBuilder func envelope(of entry: WireEntry) -> HTML {
        if let layout = entry.layout {
            let parts = [
                (words("随机", "random"), SealedLayout.random), (words("长度", "length"), SealedLayout.length),
                (words("明文", "message"), layout.message), (words("接收方", "receiver"), layout.receiver),
                (words("填充", "padding"), layout.padding),
            ]
            tag(
                .svg, .class("env"), .plain(.viewBox, "0 0 \(max(layout.total, 1)) 14"),
                .plain(.preserveAspectRatio, "none"), .ariaHidden
            ) { bars(parts.map(\.1)) }
            tag(.p, .class("leg", "n")) {
                for (index, part) in parts.enumerated() {
                    tag(.span) {
                        tag(.i, .class("e\(index)b"))
                        "\(part.0) \(part.1)"
                    }
                }
                tag(.span) { "= \(layout.total) B" }
            }
        }
    }

    private func bars(_ sizes: [Int]) -> [HTML] {
        var x = 0
        return sizes.enumerated().map { index, size in
            defer { x += size }
            return tag(
                .rect, .class("e\(index)"), .plain(.x, "\(x)"), .plain(.width, "\(max(size, 0))"),
                .plain(.height, "14"))
        }
    }
}
