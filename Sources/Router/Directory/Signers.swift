package import WeCom

/// The apps whose token signed a callback, in the order in which their keys are to be tried, and the proof that it did.
package struct Signers: Sendable {
    package let callback: VerifiedCallback
    private let apps: [App]
    private let order: [Int]

    /// `order`: places in `apps`.
    init(of callback: VerifiedCallback, among apps: [App], order: [Int]) {
        self.callback = callback
        self.apps = apps
        self.order = order
    }

    /// The one app that may be meant, if it signed `callback`.
    package init?(of callback: Callback, only app: App) {
        guard let verified = app.keys.verified(callback) else { return nil }
        self.init(of: verified, among: [app], order: [0])
    }
}

extension Signers: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { order.count }
    package subscript(place: Int) -> App { apps[order[place]] }
}
