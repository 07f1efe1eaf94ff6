package import WeCom

/// The rights of somebody who has signed in.
package enum Role: String, Sendable {
    /// Sees all and does all: `management.token`.
    case operating = "operator"
    /// Looks, and changes nothing: `management.read_token`.
    case reading = "viewer"
}

/// The tokens that let people in, as the configuration in force has them.
package struct AdminKeys: Sendable {
    private let operating: Secret?
    private let reading: Secret?

    package init(operating: Secret?, reading: Secret?) {
        self.operating = operating
        self.reading = reading
    }

    /// True if anybody may operate.
    package var canOperate: Bool { operating != nil }

    /// The role that a token opens; nil for one that opens nothing. Both are compared, whichever it is.
    func role(of token: Secret) -> Role? {
        let operates = operating == token
        let reads = reading == token
        return operates ? .operating : reads ? .reading : nil
    }

    /// The token of a role.
    subscript(_ role: Role) -> Secret? { role == .operating ? operating : reading }
}
