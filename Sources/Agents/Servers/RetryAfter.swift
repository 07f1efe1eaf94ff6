import HTTP
package import System

extension HTTPHeaders {
    /// How long the server wants to be left alone, by its `Retry-After`: a number of seconds or a date. A day at most.
    package func retryAfter(at now: Timestamp) -> Duration? {
        guard let value = self["Retry-After"]?.trimmingSpace, !value.isEmpty else { return nil }
        if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(.seconds(Int64(value) ?? .max / 2), longestRetryAfter)
        }
        guard let date = Timestamp(httpDate: value) else { return nil }
        return min(max(date.since(now), .zero), longestRetryAfter)
    }
}

private let longestRetryAfter = Duration.seconds(24 * 3600)

extension String {
    var trimmingSpace: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
