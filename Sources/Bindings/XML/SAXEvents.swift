internal import CXML2

/// The options of libxml2 and the functions that it calls: made once, for every parse. `nonisolated(unsafe)` holds because nobody
/// writes to it.
@safe enum SAXEvents {
    static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
            | XML_PARSE_IGNORE_ENC.rawValue
    )

    nonisolated(unsafe) static let handler: xmlSAXHandler = {
        xmlInitParser()
        var handler = unsafe xmlSAXHandler()
        unsafe handler.initialized = UInt32(XML_SAX2_MAGIC)
        unsafe handler.internalSubset = { context, _, _, _ in unsafe builder(context).pointee.refuse(.doctype) }
        unsafe handler.startElementNs = { context, _, _, _, _, _, _, _, _ in
            unsafe builder(context).pointee.begin()
        }
        unsafe handler.endElementNs = { context, name, _, _ in
            unsafe builder(context).pointee.end(name)
        }
        unsafe handler.characters = { context, text, count in unsafe builder(context).pointee.append(text, count) }
        unsafe handler.ignorableWhitespace = unsafe handler.characters
        unsafe handler.cdataBlock = unsafe handler.characters
        return unsafe handler
    }()

    private static func builder(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<TreeBuilder> {
        guard let context = unsafe context else { fatalError("libxml2 lost the builder") }
        return unsafe context.assumingMemoryBound(to: TreeBuilder.self)
    }
}
