package import System

/// The right to act as an app until a time. A secret like the one it was made from.
package struct AccessToken: Sendable, Equatable {
    package let text: Secret
    package let expires: MonotonicTime
    /// From when on it is better to have a new one: five minutes before the end, or a tenth of its life if that is less.
    package let refreshes: MonotonicTime

    package init(text: Secret, lifetime: Duration, fetched: MonotonicTime) {
        self.text = text
        expires = fetched.advanced(by: lifetime)
        refreshes = fetched.advanced(by: lifetime - min(.seconds(300), lifetime / 10))
    }
}
