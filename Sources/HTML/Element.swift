/// The elements that our pages are made of. `script` and `style` are not among them: their content is no text, and what pages
/// need of them are references.
package enum Element: String, Sendable {
    case html, head, body, meta, title, link
    case header, main, nav, section, article, aside, footer, div, span, p, h1, h2, h3, br, hr
    case a, b, i, em, strong, s, small, code, pre, kbd, blockquote, time, bdi, font
    case ol, ul, li, dl, dt, dd, table, thead, tbody, tr, th, td
    case form, fieldset, legend, label, input, textarea, select, option, button, output, meter, progress
    case details, summary, dialog, figure, figcaption, img, audio, video, template
    case svg, use, path, rect, circle, g, line, polyline
    case svgText = "text"

    var isVoid: Bool {
        switch self {
        case .meta, .link, .br, .hr, .input, .img: true
        default: false
        }
    }
}
