import HTTP
import Text

/// The signs by which a request that nobody signed looks like a callback of WeCom's, or like none.
struct CallbackSigns {
    /// Our own `check` asks as somebody who may not come in, with a signature that is none.
    let isOfCheck: Bool
    private let isVerification: Bool
    private let isSigned: Bool

    fileprivate init(_ request: HTTPRequest) {
        let query = request.query
        let signature = query["msg_signature"]?.utf8
        isOfCheck = request.method == .get && signature.map { $0.count == 40 && $0.allSatisfy { $0 == 0x30 } } ?? false
        isSigned = signature.map { $0.count == 40 && $0.allSatisfy { $0.hexDigitValue != nil } } ?? false
        let echo = query["echostr"]?.utf8.count ?? 0
        isVerification = request.method == .get && (isSigned || (40...512).contains(echo))
    }

    /// Worth a line of its own: WeCom's console asks, or a message comes to a path that bears a name.
    func isLikely(isNamed: Bool) -> Bool { isVerification || isSigned && isNamed }
}

extension HTTPRequest {
    var callbackSigns: CallbackSigns { CallbackSigns(self) }

    /// Something like a callback, wherever it goes.
    package var looksLikeCallback: Bool { query["msg_signature"]?.utf8.count == 40 }
}

extension String {
    /// As much of it as a line about a refusal has room for.
    var bounded: String { cut(toBytes: 300) }
}
