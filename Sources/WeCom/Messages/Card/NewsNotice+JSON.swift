import JSON

extension NewsNotice: CardFields {
    var members: [JSONValue.Member] {
        JSONValue.present([
            "image_text_area": pictureText?.json, "card_image": picture?.json,
            "vertical_content_list": .list(paragraphs),
        ])
            + extras.members
            + JSONValue.present(["jump_list": .list(jumps), "card_action": CardAction(action).json])
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        action = try fields.cardAction()
        picture = try fields.part(ifPresent: "card_image")
        pictureText = try fields.part(ifPresent: "image_text_area")
        paragraphs = try fields.parts(ifPresent: "vertical_content_list") ?? []
        jumps = try fields.parts(ifPresent: "jump_list") ?? []
        extras = try CardExtras(reading: &fields)
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        guard picture != nil || pictureText != nil else {
            throw path["card_image"].fault(.unfit("is missing, and so is image_text_area: one of the two is needed"))
        }
        try picture?.validate(at: path["card_image"])
        try pictureText?.validate(at: path["image_text_area"])
        try path["vertical_content_list"].check(each: paragraphs, count: 0...4)
        try path["jump_list"].check(each: jumps, count: 0...3)
        try action.validate(at: path["card_action"])
        try extras.validate(at: path)
    }
}

extension NewsNotice.Picture: MessagePart {
    var json: JSONValue {
        .object(JSONValue.present(["url": .string(url), "aspect_ratio": aspectRatio.map { .number($0) }]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        url = try fields.text("url")
        aspectRatio = try fields.number("aspect_ratio")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try path["url"].requireURL(url)
        if let aspectRatio, !(1.3...2.25).contains(aspectRatio) {
            throw path["aspect_ratio"].fault(.unfit("is \(aspectRatio); WeCom takes 1.3 to 2.25"))
        }
    }
}

extension NewsNotice.PictureText: MessagePart {
    var json: JSONValue {
        .object(
            (target?.members ?? [])
                + JSONValue.present([
                    "title": .text(title), "desc": .text(description), "image_url": .string(picture),
                ]))
    }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        target = try .init(reading: &fields)
        title = try fields.text(ifPresent: "title")
        description = try fields.text(ifPresent: "desc")
        picture = try fields.text("image_url")
    }

    func validate(at path: FieldPath) throws(MessageFault) {
        try target?.validate(at: path)
        try path["image_url"].requireURL(picture)
    }
}

extension NewsNotice.Paragraph: MessagePart {
    var json: JSONValue { .object(JSONValue.present(["title": .string(title), "desc": .text(description)])) }

    init(reading fields: inout FieldReader) throws(MessageFault) {
        title = try fields.text("title")
        description = try fields.text(ifPresent: "desc")
    }

    func validate(at path: FieldPath) throws(MessageFault) { try path["title"].require(title) }
}
