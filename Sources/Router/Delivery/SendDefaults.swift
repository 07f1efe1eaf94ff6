/// The members of an app's outgoing messages where they do not say them, in WeCom's own words and forms.
package struct SendDefaults: Sendable, Equatable {
    /// Used only by a message that names no recipient of any kind: what it names is never widened.
    package var users: String?
    package var parties: String?
    package var tags: String?
    package var safe: Int?
    package var translatesIDs = false

    package init() {}
}
