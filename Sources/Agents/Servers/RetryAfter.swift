import HTTP
package import System
import Text

extension HTTPHeaders {
    /// Reads how long the server wants to be left alone, by its `Retry-After`: a number of seconds or a date. A day at
    /// most.
    package func retryAfter(at now: Timestamp) -> Duration? {
        guard let value = (self["Retry-After"]?.withoutSpaceAround).map({ String($0) }), !value.isEmpty else {
            return nil
        }
        if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(.seconds(Int64(value) ?? .max / 2), longestRetryAfter)
        }
        guard let date = Timestamp(httpDate: value) else { return nil }
        return min(max(date.since(now), .zero), longestRetryAfter)
    }
}

private let longestRetryAfter = Duration.seconds(24 * 3600)
