import JSON
import Text
import XML

extension JSONValue {
    /// A card as the answer to a click has it: the elements are the fields of the JSON in camel case, and a list is an element
    /// that repeats.
    init(card element: XMLElement) {
        guard !element.children.isEmpty else {
            self = JSONValue(text: element.text, of: element.name)
            return
        }
        var members: [Member] = []
        for name in element.children.map(\.name) where !members.contains(where: { $0.name.isSame(as: fieldName(name)) })
        {
            let all = element.all(name).map(JSONValue.init(card:))
            members.append(Member(fieldName(name), listNames.contains(name) ? .array(all) : all[0]))
        }
        self = .object(members)
    }

    /// The text of an element. A number or a truth that is written wrong stays a text, which the check of cards refuses.
    private init(text: String, of name: String) {
        switch name {
        case "Type", "Style", "Mode", "DescColor", "AspectRatio":
            self = Int64(text).map(JSONValue.integer) ?? Double(text).map(JSONValue.number) ?? .string(text)
        case "IsChecked", "Disable":
            self = truths[text].map(JSONValue.bool) ?? .string(text)
        default: self = .string(text)
        }
    }
}

private let truths = ["true": true, "1": true, "false": false, "0": false]

private let listNames: Set<String> = [
    "HorizontalContentList", "VerticalContentList", "JumpList", "ButtonList", "SelectList", "OptionList", "ActionList",
]

/// The names that the JSON writes as one word.
private let words = [
    "KeyName": "keyname", "AppId": "appid", "UserId": "userid", "PagePath": "pagepath", "CheckBox": "checkbox",
]

/// `SubTitleText` is `sub_title_text`.
private func fieldName(_ element: String) -> String {
    if let word = words[element] { return word }
    var name: [UInt8] = []
    for byte in element.utf8 {
        let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        if isCapital, !name.isEmpty { name.append(UInt8(ascii: "_")) }
        name.append(isCapital ? byte | 0x20 : byte)
    }
    return String(decoding: name, as: UTF8.self)
}
