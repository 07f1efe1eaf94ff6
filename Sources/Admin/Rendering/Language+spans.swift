import Pages
import System

extension Language {
    /// A length of time as people read it: `120 ms`, `3.2 s`, `4 m 16 s`, `2 h 5 m`, `6 d 4 h`.
    func span(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.inMilliseconds)
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<1: return "\(milliseconds) \(self("毫秒", "ms"))"
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) \(self("秒", "s"))"
        case ..<3600: return two(seconds / 60, self("分", "m"), seconds % 60, self("秒", "s"))
        case ..<86_400: return two(seconds / 3600, self("小时", "h"), seconds / 60 % 60, self("分", "m"))
        default: return two(seconds / 86_400, self("天", "d"), seconds / 3600 % 24, self("小时", "h"))
        }
    }

    private func two(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
    }
}
