import XML

extension InboundEvent {
    /// Writes what `Event` names, and what goes with it where a person has caused it.
    func write(to xml: inout XMLWriter) {
        xml.element("Event", text: wireName)
        switch self {
        case .enterAgent: xml.element("EventKey", text: "")
        case .location(let coordinates, let precision):
            xml.element("Latitude", text: "\(coordinates.latitude)")
            xml.element("Longitude", text: "\(coordinates.longitude)")
            if let precision { xml.element("Precision", text: "\(precision)") }
            xml.element("AppType", text: "wxwork")
        case .menu(let choice): choice.write(to: &xml)
        case .templateCard(let click): click.write(to: &xml)
        case .taskCardClick(let key, let taskID):
            xml.element("EventKey", text: key)
            xml.element("TaskId", text: taskID ?? "")
        default: break
        }
    }

    private var wireName: String { if case .unknown(let name, _) = self { name } else { name } }
}

extension MenuChoice {
    fileprivate func write(to xml: inout XMLWriter) {
        switch self {
        case .click(let key), .view(let key): xml.element("EventKey", text: key)
        case .viewMiniProgram(let page): xml.element("EventKey", text: page ?? "")
        case .scanCode(_, let key, let type, let result):
            xml.element("EventKey", text: key ?? "")
            xml.element("ScanCodeInfo") { scan in
                scan.element("ScanType", text: type ?? "")
                scan.element("ScanResult", text: result)
            }
        case .pictures(_, let key, let count):
            xml.element("EventKey", text: key ?? "")
            xml.element("SendPicsInfo") { $0.element("Count", number: count) }
        case .locationSelected(let location, let key, let poi):
            xml.element("EventKey", text: key ?? "")
            xml.element("SendLocationInfo") { sent in
                sent.location(location)
                sent.element("Poiname", text: poi ?? "")
            }
            xml.element("AppType", text: "wxwork")
        }
    }
}

extension CardClick {
    fileprivate func write(to xml: inout XMLWriter) {
        xml.element("EventKey", text: key)
        xml.element("TaskId", text: taskID ?? "")
        xml.element("CardType", text: cardType ?? "")
        xml.element("ResponseCode", text: responseCode ?? "")
        guard !selections.isEmpty else { return }
        xml.element("SelectedItems") { items in
            for (question, options) in selections.sorted(by: { $0.key < $1.key }) {
                items.element("SelectedItem") { $0.selection(question, options) }
            }
        }
    }
}

extension XMLWriter {
    fileprivate mutating func selection(_ question: String, _ options: [String]) {
        element("QuestionKey", text: question)
        element("OptionIds") { ids in
            for option in options { ids.element("OptionId", text: option) }
        }
    }
}
