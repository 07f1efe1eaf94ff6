/// The style of an app's replies.
package struct ReplyStyle: Sendable, Equatable {
    package var format = ReplyFormat.auto
    /// A reply of more parts goes out as a file, with its beginning as text.
    package var maxParts = 8

    package init() {}
}
