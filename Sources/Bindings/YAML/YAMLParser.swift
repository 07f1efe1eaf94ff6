internal import CYAML

/// One step of libyaml's parser.
struct YAMLEvent {
    enum Kind: Equatable {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(YAMLScalar), alias
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    let start: YAMLPosition
    let end: YAMLPosition
    var hasAnchor = false
    var hasTag = false
}

/// Owns a `yaml_parser_t` and the bytes that it reads, which must be UTF-8.
@safe struct YAMLParser: ~Copyable {
    private let handle: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        let handle = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        unsafe handle.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(handle) == 1 else {
            unsafe handle.deallocate()
            throw YAMLError(at: .start, "cannot be read: there is no memory left")
        }
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
        _ = unsafe input.update(fromContentsOf: bytes)
        unsafe yaml_parser_set_input_string(handle, input.baseAddress, bytes.count)
        unsafe yaml_parser_set_encoding(handle, YAML_UTF8_ENCODING)
        unsafe self.handle = handle
        unsafe self.input = UnsafeMutableBufferPointer(rebasing: input[..<bytes.count])
    }

    deinit {
        unsafe yaml_parser_delete(handle)
        unsafe handle.deallocate()
        unsafe input.baseAddress?.deallocate()
    }

    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(handle, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe YAMLEvent(event)
    }

    /// The error that libyaml reports, with a place in every case: of a byte that is no text it knows the offset only.
    private func failure() -> YAMLError {
        let parser = unsafe handle.pointee
        let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "cannot be read"
        if unsafe parser.error == YAML_READER_ERROR {
            let offset = unsafe parser.problem_offset
            let position = place { index, _ in index >= offset }.position
            return YAMLError(at: position, readerWords(problem, value: unsafe Int(parser.problem_value)))
        }
        let mark = unsafe YAMLPosition(parser.problem_mark)
        let position = min(mark, place { _, _ in false }.position)
        if let words = slip(at: position) { return YAMLError(at: position, words) }
        let context = unsafe parser.context.map { unsafe String(cString: $0) }
        let since = unsafe YAMLPosition(parser.context_mark).line
        let beginning = context.map { " (\($0) that began on line \(since))" } ?? ""
        return YAMLError(at: position, "is not readable as YAML: \(problem)\(beginning)")
    }

    private func readerWords(_ problem: String, value: Int) -> String {
        guard problem.contains("control character") else { return "is not readable as text: the file must be UTF-8" }
        let digits = String(value, radix: 16, uppercase: true)
        return
            "is a control character (U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)): remove it"
    }

    /// The slips that people make most, in words of our own.
    private func slip(at position: YAMLPosition) -> String? {
        let index = place { $1 == position }.index
        guard unsafe index < input.count else { return nil }
        if unsafe input[index] == UInt8(ascii: "\t") { return "is a tab: YAML is indented with spaces only" }
        if unsafe index > 0 && input[index] == UInt8(ascii: "{") && input[index - 1] == UInt8(ascii: "$") {
            return "is a ${…} within { } or [ ]: put the value in quotes"
        }
        return nil
    }

    /// The first byte of a character that `isSought`, or the end of the text, and where that is.
    private func place(_ isSought: (_ index: Int, YAMLPosition) -> Bool) -> (index: Int, position: YAMLPosition) {
        var position = YAMLPosition.start
        for index in unsafe input.indices {
            let byte = unsafe input[index]
            if byte & 0xC0 == 0x80 { continue }
            if isSought(index, position) { return (index, position) }
            position =
                byte == UInt8(ascii: "\n")
                ? YAMLPosition(line: position.line + 1, column: 1)
                : YAMLPosition(line: position.line, column: position.column + 1)
        }
        return (unsafe input.count, position)
    }
}

extension YAMLPosition {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}

extension YAMLEvent {
    @unsafe fileprivate init(_ event: yaml_event_t) {
        start = unsafe YAMLPosition(event.start_mark)
        end = unsafe YAMLPosition(event.end_mark)
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            kind = unsafe .scalar(YAMLScalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
            hasAnchor = unsafe scalar.anchor != nil
            hasTag = unsafe scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            hasAnchor = unsafe event.data.sequence_start.anchor != nil
            hasTag = unsafe event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            hasAnchor = unsafe event.data.mapping_start.anchor != nil
            hasTag = unsafe event.data.mapping_start.tag != nil
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_START_EVENT: kind = .streamStart
        default: kind = .streamEnd
        }
    }
}
