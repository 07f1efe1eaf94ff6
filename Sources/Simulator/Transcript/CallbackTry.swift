package import WeCom

/// One try of a callback and what came of it.
package struct CallbackTry: Sendable {
    package let user: UserID
    package let attempt: Int
    /// The status that came back; nil when none did.
    package let status: Int?
    package let body: [UInt8]
    package let took: Duration

    package var isAcknowledged: Bool { status == 200 }
}
