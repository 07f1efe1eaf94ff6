import SeededTesting
import Testing
import Text

@Suite struct UTF8CheckTests {
    private func accepts(_ pieces: [[UInt8]]) -> Bool {
        var check = UTF8Check()
        return pieces.allSatisfy { check.take($0.span) } && check.isComplete
    }

    @Test("every pair, and every triple and quadruple that begins a scalar, is judged as the standard library does")
    func scalars() {
        let borders: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF]
        for first in UInt8.min...UInt8.max {
            #expect(accepts([[first]]) == (first < 0x80))
            for second in UInt8.min...UInt8.max { compare([first, second]) }
            for second in borders {
                for third in borders {
                    compare([first, second, third])
                    for fourth in borders { compare([first, second, third, fourth]) }
                }
            }
        }
    }

    private func compare(_ bytes: [UInt8]) {
        let isValid = String(validating: bytes, as: UTF8.self) != nil
        guard accepts([bytes]) == isValid, accepts(bytes.map { [$0] }) == isValid else {
            Issue.record("\(bytes) is judged wrongly")
            return
        }
    }

    @Test("text is judged alike wherever it is cut")
    func cuts() {
        var numbers = SeededNumbers()
        let scalars: [[UInt8]] = ["a", "é", "你", "😀"].map { Array($0.utf8) } + [[0x80], [0xC3], [0xE4, 0xBD], [0xFF]]
        for _ in 0..<500 {
            let isClean = Bool.random(using: &numbers)
            let choice = isClean ? Array(scalars[..<4]) : scalars
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &numbers) {
                let run = Int.random(in: 1...20, using: &numbers)
                let scalar = choice.randomElement(using: &numbers)!
                bytes += (0..<run).flatMap { _ in scalar }
            }
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            let cut = Int.random(in: 0...bytes.count, using: &numbers)
            #expect(accepts([Array(bytes[..<cut]), Array(bytes[cut...])]) == isValid)
        }
    }

    @Test("a fault is known at once, not at the end")
    func early() {
        var check = UTF8Check()
        let (beginning, rest): ([UInt8], [UInt8]) = ([0x61, 0xE4], [0x61])
        let isRightSoFar = check.take(beginning.span)
        #expect(isRightSoFar && !check.isComplete)
        let isStillRight = check.take(rest.span)
        #expect(!isStillRight)
    }
}
