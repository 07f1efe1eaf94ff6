/// What a person hears while a turn runs, so that they know it does.
package struct SignsOfLife: Sendable, Equatable {
    /// A turn that takes longer is acknowledged; nil never is.
    package var acknowledgeAfter: Duration? = .seconds(5)
    /// How often one that goes on is spoken of; nil for never.
    package var progressEvery: Duration? = .seconds(180)
    /// Whether all of it is taken back once the answer is there.
    package var recalls = true

    package init() {}
}
