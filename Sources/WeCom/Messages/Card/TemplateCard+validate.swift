extension TemplateCard {
    func validate(at path: FieldPath) throws(MessageFault) {
        try source?.validate(at: path["source"])
        try validateTitle(at: path["main_title"])
        if let taskID { try validate(taskID, at: path["task_id"]) }
        try kind.fields.validate(at: path)
    }

    /// A card that is sent needs an id for its events, and has nothing yet that an update could bring.
    func validateForSending(at path: FieldPath) throws(MessageFault) {
        if needsTaskID { try path["task_id"].require(taskID) }
        if let field = kind.updateOnlyField(at: path) {
            throw field.fault(.unfit("stands only in an update of a card that was sent"))
        }
    }

    private func validateTitle(at path: FieldPath) throws(MessageFault) {
        if case .textNotice(let notice) = kind {
            guard title?.text?.nonEmpty != nil || notice.subtitle?.nonEmpty != nil else {
                throw path["title"].fault(
                    .unfit("is missing, and so is sub_title_text: one of the two is needed"))
            }
        } else {
            guard let title else { throw path.fault(.missing) }
            try path["title"].require(title.text)
        }
    }

    private func validate(_ taskID: String, at path: FieldPath) throws(MessageFault) {
        try path.require(taskID, maxBytes: 128)
        let isPlain = taskID.unicodeScalars.allSatisfy { scalar in
            ("0"..."9").contains(scalar) || ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
                || scalar == "_" || scalar == "-" || scalar == "@"
        }
        guard isPlain else { throw path.fault(.unfit("may hold only letters, digits, _, - and @")) }
    }

    private var needsTaskID: Bool {
        switch kind {
        case .textNotice(let notice): notice.extras.menu != nil
        case .newsNotice(let notice): notice.extras.menu != nil
        case .buttonInteraction, .voteInteraction, .multipleInteraction: true
        }
    }
}

extension TemplateCard.Kind {
    fileprivate var fields: any CardFields {
        switch self {
        case .textNotice(let notice): notice
        case .newsNotice(let notice): notice
        case .buttonInteraction(let interaction): interaction
        case .voteInteraction(let interaction): interaction
        case .multipleInteraction(let interaction): interaction
        }
    }

    /// The first field of it that has no place in a card that is sent.
    fileprivate func updateOnlyField(at path: FieldPath) -> FieldPath? {
        switch self {
        case .textNotice, .newsNotice: nil
        case .buttonInteraction(let interaction):
            if interaction.replaceText != nil {
                path["replace_text"]
            } else if interaction.selection?.isDisabled != nil {
                path["button_selection"]["disable"]
            } else {
                nil
            }
        case .voteInteraction(let interaction):
            if interaction.replaceText != nil {
                path["replace_text"]
            } else if interaction.checkbox.isDisabled != nil {
                path["checkbox"]["disable"]
            } else {
                nil
            }
        case .multipleInteraction(let interaction):
            if interaction.replaceText != nil {
                path["replace_text"]
            } else if let index = interaction.selections.firstIndex(where: { $0.isDisabled != nil }) {
                path["select_list"][index]["disable"]
            } else {
                nil
            }
        }
    }
}
