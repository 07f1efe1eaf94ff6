package import System

/// The right to act as an app until a time. A secret like the one it was made from.
package struct AccessToken: Sendable, Equatable {
    package let text: Secret
    package let expires: MonotonicTime
    /// From when on it is better to have a new one: so long before the end as `buffer` says, or a tenth of its life if the
    /// buffer is more than half of that.
    package let refreshes: MonotonicTime

    package init(
        text: Secret, lifetime: Duration, fetched: MonotonicTime, buffer: Duration = AccessToken.usualBuffer
    ) {
        self.text = text
        expires = fetched.advanced(by: lifetime)
        refreshes = fetched.advanced(by: lifetime - (buffer <= lifetime / 2 ? buffer : lifetime / 10))
    }

    package static let usualBuffer = Duration.seconds(300)
}
