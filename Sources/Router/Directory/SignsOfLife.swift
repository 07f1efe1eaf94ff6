/// The signs by which a person knows that a turn runs.
package struct SignsOfLife: Sendable, Equatable {
    /// A turn that takes longer is acknowledged; nil never is.
    package var acknowledgeAfter: Duration? = .seconds(5)
    /// The interval between signs of one that goes on; nil for none.
    package var progressEvery: Duration? = .seconds(180)
    /// True if all of them are taken back once the answer is there.
    package var recalls = true

    package init() {}
}
