/// A list of steps that are carried out one after another, up to the first that fails.
package struct Scenario: Sendable {
    package struct Line: Sendable {
        package let number: Int
        package let step: Step

        package init(number: Int, step: Step) {
            self.number = number
            self.step = step
        }
    }

    /// The path of its file, as it was given.
    package let file: String
    package let lines: [Line]

    package init(file: String, lines: [Line]) {
        self.file = file
        self.lines = lines
    }
}
