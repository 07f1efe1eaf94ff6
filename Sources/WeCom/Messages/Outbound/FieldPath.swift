/// The path of a value in a message.
struct FieldPath: Sendable {
    let text: String

    static let message = FieldPath(text: "")

    subscript(_ name: String) -> FieldPath { FieldPath(text: text.isEmpty ? name : "\(text).\(name)") }
    subscript(_ index: Int) -> FieldPath { FieldPath(text: "\(text)[\(index)]") }

    func fault(_ problem: MessageFault.Problem) -> MessageFault { MessageFault(field: text, problem: problem) }
}
