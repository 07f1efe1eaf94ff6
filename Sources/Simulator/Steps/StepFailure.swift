/// The reason why a step has failed.
package struct StepFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let expected: String
    package let came: String
    /// It names something that there is not.
    package let isAboutName: Bool

    package init(expected: String, came: String, isAboutName: Bool = false) {
        self.expected = expected
        self.came = came
        self.isAboutName = isAboutName
    }

    package var description: String { "expected \(expected); came \(came)" }
}
