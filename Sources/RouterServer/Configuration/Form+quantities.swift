import System

extension Form where Value == Int {
    /// Zero is any free port, which the log then names.
    static var port: Form {
        Form(placeholder: 0) { text in
            guard let port = Int(text), (0...65_535).contains(port) else {
                return .mismatch("is \(shown(text)): a port is a number from 1 to 65535, or 0 for any that is free")
            }
            return .fits(port)
        }
    }

    static func count(_ range: ClosedRange<Int>) -> Form {
        Form(placeholder: range.lowerBound) { text in
            guard let count = Int(text), range.contains(count) else {
                return .mismatch(
                    "is \(shown(text)): it must be a number from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return .fits(count)
        }
    }
}

/// A time as the configuration writes it.
private func written(_ time: Duration) -> String {
    let milliseconds = time.inMilliseconds
    let units: [(Int64, String)] = [(3_600_000, "h"), (60_000, "m"), (1000, "s")]
    let (factor, unit) = units.first { milliseconds % $0.0 == 0 } ?? (1, "ms")
    return "\(milliseconds / factor)\(unit)"
}

extension Form where Value == Duration {
    /// A time: `500ms`, `90s`, `45m`, `2h`, `30d`, or `0`.
    /// Less than `least` is refused, but for `0`, which is another word for never.
    static func duration(atLeast least: Duration = .zero, atMost limit: Duration) -> Form {
        Form(placeholder: .zero) { text in
            if text == "0" { return .fits(.zero) }
            guard let duration = Duration(written: text) else {
                return .mismatch(
                    "is \(shown(text)): a time is a number and ms, s, m, h or d, as in 90s, 45m, 30d, or 0")
            }
            if duration > limit {
                return .mismatch("is \(shown(text)): at most \(written(limit)) are possible")
            }
            if duration < least {
                return .mismatch("is \(shown(text)): at least \(written(least)) are needed, or 0")
            }
            return .fits(duration)
        }
    }
}

extension Form where Value == Int {
    /// An amount of memory or disk: `512KiB`, `256MiB`, `2GiB`, or `0`.
    static func size(atMost limit: Int) -> Form {
        let units = ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        return Form(placeholder: 0) { text in
            if text == "0" { return .fits(0) }
            guard let (number, unit) = split(text), let factor = units[unit] else {
                return .mismatch("is \(shown(text)): a size is a number and KiB, MiB or GiB, as in 256MiB, or 0")
            }
            let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
            if isTooLarge || bytes > limit {
                return .mismatch("is \(shown(text)): at most \(limit >> 30)GiB are possible")
            }
            return .fits(bytes)
        }
    }
}

/// The digits that `text` begins with, and what follows them.
private func split(_ text: String) -> (number: Int, unit: String)? {
    let digits = text.utf8.prefix(while: \.isASCIIDigit)
    guard let number = Int(String(Substring(digits))) else { return nil }
    return (number, String(text.dropFirst(digits.count)))
}
