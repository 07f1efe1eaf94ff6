internal import CXML2
import Synchronization

/// One parser of libxml2 that nobody uses, kept because making one costs more than a parse of ours does.
@safe enum SpareParser {
    /// A document with more names than WeCom ever uses would leave them all in the parser's dictionary.
    private static let maxNames = 256

    /// The address of the parser; whoever takes it out has it alone. Zero: there is none.
    private static let slot = Atomic<UInt>(0)

    /// A parser that has forgotten its last document and reports to `builder`.
    static func take(reportingTo builder: UnsafeMutablePointer<TreeBuilder>) -> xmlParserCtxtPtr? {
        let address = slot.exchange(0, ordering: .acquiring)
        guard let parser = unsafe xmlParserCtxtPtr(bitPattern: address) else {
            var handler = unsafe SAXEvents.handler
            return unsafe xmlCreatePushParserCtxt(&handler, builder, nil, 0, nil)
        }
        guard unsafe xmlCtxtResetPush(parser, nil, 0, nil, nil) == 0 else {
            unsafe xmlFreeParserCtxt(parser)
            return nil
        }
        unsafe parser.pointee.userData = UnsafeMutableRawPointer(builder)
        return unsafe parser
    }

    /// Keeps `parser` for the next document, unless it stumbled over this one or learned too many names from it.
    static func giveBack(_ parser: xmlParserCtxtPtr) {
        unsafe parser.pointee.userData = nil
        let isLikeNew = unsafe parser.pointee.wellFormed == 1 && xmlDictSize(parser.pointee.dict) <= maxNames
        let former = slot.exchange(isLikeNew ? UInt(bitPattern: parser) : 0, ordering: .acquiringAndReleasing)
        if !isLikeNew { unsafe xmlFreeParserCtxt(parser) }
        if let former = unsafe xmlParserCtxtPtr(bitPattern: former) { unsafe xmlFreeParserCtxt(former) }
    }
}
