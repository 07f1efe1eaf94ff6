/// Puts pieces one behind the other. A string among them is text.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ piece: HTML) -> HTML { piece }
    package static func buildExpression(_ piece: HTML?) -> HTML { piece ?? .empty }
    package static func buildExpression(_ pieces: [HTML]) -> HTML { buildArray(pieces) }
    package static func buildExpression(_ text: String) -> HTML { HTML(text) }
    package static func buildExpression(_ text: Substring) -> HTML { HTML(text) }
    package static func buildBlock(_ pieces: HTML...) -> HTML { buildArray(pieces) }
    package static func buildOptional(_ piece: HTML?) -> HTML { piece ?? .empty }
    package static func buildEither(first piece: HTML) -> HTML { piece }
    package static func buildEither(second piece: HTML) -> HTML { piece }

    package static func buildArray(_ pieces: [HTML]) -> HTML {
        var all = HTML.empty
        for piece in pieces { all.append(piece) }
        return all
    }
}
