/// The members of an app's outgoing messages where they do not say them, in WeCom's own words and forms.
package struct SendDefaults: Sendable, Equatable {
    /// The messages that take recipients from here.
    package enum Fill: String, Sendable, CaseIterable {
        /// Those that name nobody: what a message names is never widened.
        case noneNamed = "none_named"
        /// Every one, for each of the three lists that it leaves open.
        case each
    }

    package var fill = Fill.noneNamed
    package var users: String?
    package var parties: String?
    package var tags: String?
    package var safe: Int?
    package var translatesIDs = false

    package init() {}
}
