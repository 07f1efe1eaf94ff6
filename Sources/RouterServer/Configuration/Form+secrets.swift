import WeCom

/// Forms of secrets: a complaint may say how long a text is, never what it is.
extension Form where Value == Secret {
    static var corpSecret: Form {
        secret { $0.utf8.count > 256 ? .mismatch("is longer than 256 bytes") : .fits(Secret($0)) }
    }

    static var adminToken: Form {
        secret { text in
            let isShort = text.utf8.count < 16
            return .fits(Secret(text), warning: isShort ? "is short: 16 characters or more are hard to guess" : nil)
        }
    }

    static var callbackToken: Form {
        secret { text in
            let isUsual = text.utf8.count <= 64 && text.utf8.allSatisfy(\.isASCIILetterOrDigit)
            return .fits(
                Secret(text),
                warning: isUsual ? nil : "is not up to 64 letters and digits, as WeCom's tokens are"
            )
        }
    }

    static var encodingAESKey: Form {
        secret { text in
            let count = text.unicodeScalars.count
            let advice = "copy the EncodingAESKey whole from the app's page in WeCom"
            if count == 44, text.hasSuffix("=") {
                return .mismatch("ends with =: leave that out, 43 characters remain")
            }
            guard count == 43 else { return .mismatch("is \(count) characters, must be 43: \(advice)") }
            let odd = text.utf8.firstIndex {
                !($0.isASCIILetterOrDigit || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/"))
            }
            guard let odd else { return .fits(Secret(text)) }
            let place = text.utf8.distance(from: text.startIndex, to: odd) + 1
            return .mismatch("has neither letter nor digit at place \(place) of 43: \(advice)")
        }
    }

    private static func secret(_ fit: @escaping (String) -> Fit) -> Form {
        Form(placeholder: Secret("")) { text in
            text.hasBlanks ? .mismatch("has white space in it, perhaps a slip in copying: remove it") : fit(text)
        }
    }
}
