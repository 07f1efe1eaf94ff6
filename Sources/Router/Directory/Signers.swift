package import WeCom

/// The apps whose token signed a callback, each with the keys to try, in the order in which they are to be tried, and the
/// proof that it did.
package struct Signers: Sendable {
    package let callback: VerifiedCallback
    private let apps: [KeyedApp]
    private let order: [Int]

    /// `order`: places in `apps`.
    init(of callback: VerifiedCallback, among apps: [KeyedApp], order: [Int]) {
        self.callback = callback
        self.apps = apps
        self.order = order
    }

    /// The one app that may be meant, if it signed `callback`.
    package init?(of callback: Callback, only app: App) {
        guard let (verified, places) = app.keyed.signing(callback) else { return nil }
        self.init(of: verified, among: app.keyed, order: places)
    }
}

extension Signers: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { order.count }
    package subscript(place: Int) -> KeyedApp { apps[order[place]] }
}
