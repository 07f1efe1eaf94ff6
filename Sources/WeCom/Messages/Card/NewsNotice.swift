import JSON

/// A card with a picture, large or beside a text; one of the two is needed. The whole of it leads somewhere.
package struct NewsNotice: Sendable, Equatable {
    package struct Picture: Sendable, Equatable {
        package var url: String
        /// Width by height, 1.3 to 2.25; WeCom takes 1.3 if nothing is said.
        package var aspectRatio: Double?

        package init(_ url: String, aspectRatio: Double? = nil) {
            self.url = url
            self.aspectRatio = aspectRatio
        }
    }

    /// A small picture on the left, words on the right.
    package struct PictureText: Sendable, Equatable {
        package var picture: String
        package var title: String?
        package var description: String?
        package var target: TemplateCard.Target?

        package init(
            picture: String, title: String? = nil, description: String? = nil, target: TemplateCard.Target? = nil
        ) {
            self.picture = picture
            self.title = title
            self.description = description
            self.target = target
        }
    }

    /// A title with lines beneath it.
    package struct Paragraph: Sendable, Equatable {
        package var title: String
        package var description: String?

        package init(_ title: String, _ description: String? = nil) {
            self.title = title
            self.description = description
        }
    }

    package var action: TemplateCard.Target
    package var picture: Picture?
    package var pictureText: PictureText?
    package var paragraphs: [Paragraph]
    package var jumps: [CardJump]
    package var extras: CardExtras

    package init(
        action: TemplateCard.Target, picture: Picture? = nil, pictureText: PictureText? = nil,
        paragraphs: [Paragraph] = [], jumps: [CardJump] = [], extras: CardExtras = CardExtras()
    ) {
        self.action = action
        self.picture = picture
        self.pictureText = pictureText
        self.paragraphs = paragraphs
        self.jumps = jumps
        self.extras = extras
    }
}
