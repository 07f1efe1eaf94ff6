import Simulator
import YAML

extension Simulator.Written {
    /// The same as a file has it, with its lines.
    init(_ node: YAMLNode) {
        let content: Content =
            switch node.content {
            case .scalar(let scalar): scalar.isNull ? .nothing : .text(scalar.text, isPlain: scalar.isPlain)
            case .sequence(let elements): .list(elements.map { Self($0) })
            case .mapping(let mapping):
                .fields(mapping.entries.map { Field($0.key, line: $0.start.line, Self($0.value)) })
            case .refused: .other
            }
        self.init(content, line: node.start.line)
    }
}
