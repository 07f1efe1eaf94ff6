import System

/// The ways of WeCom with the calls of apps, which its pages tell differently.
package struct CallRules: Sendable {
    /// A text that is too long is cut. The page of error codes has it refused with 45002.
    package var cutsLongTexts = true
    /// A token that is asked for again is another one. Older pages have WeCom give the same until that expires.
    package var issuesNewTokens = true
    /// A body that writes a character as `\uXXXX` is refused with 40033. The page has it so of some fields and does not say which.
    package var refusesEscapes = true
    /// The check for duplicates compares the bytes of requests: those that differ in the order of their members are not the same.
    package var comparesBytes = true

    package init() {}
}

extension FakeWeCom {
    /// Changes how the calls of apps are answered.
    package func changeCalls(_ change: (inout CallRules) -> Void) { api.state.withLock { change(&$0.rules) } }
}

extension FakeAPI {
    var rules: CallRules { state.withLock { $0.rules } }
}
