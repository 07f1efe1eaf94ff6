import Router
import SeededTesting
import System
import Testing

@Suite struct IdentifierTests {
    @Test("a number is read as it is written", arguments: [0, 1, 31, 32, 1 << 40, Int64.max - 1, Int64.max])
    func roundTrip(number: Int64) {
        #expect(JobID(JobID(number).description) == JobID(number))
        #expect(DeliveryID(DeliveryID(number).description) == DeliveryID(number))
        #expect(JobID(JobID(number).description.uppercased()) == JobID(number))
        #expect(JobID(JobID(number).description.dropFirst(2)) == JobID(number))
    }

    @Test("numbers sort as their texts do")
    func order() {
        var random = SeededNumbers()
        let numbers = (0..<500).map { _ in
            Int64.random(in: 0...Int64.max >> Int64.random(in: 0...62, using: &random), using: &random)
        }
        let jobs = numbers.map { JobID($0) }
        #expect(jobs.sorted().map(\.description) == jobs.map(\.description).sorted())
        #expect(jobs.map { JobID($0.description) } == jobs)
    }

    @Test(
        "what is no number of ours is refused",
        arguments: [
            "", "j-", "j", "-", "j-1", "d-0000000000001", "j-00000000000001", "j-000000000000", "j-000000000000i",
            "j-000000000000l", "j-000000000000o", "j-000000000000u", "j-000000000000 ", " j-0000000000001",
            "j-zzzzzzzzzzzzz", "j-8000000000000", "j-g000000000000", "j--000000000001", "j-j-0000000000001",
            "j-000000000000\u{301}", "j-０００００００００００１", "j-00000000\u{0}0001", "\u{FEFF}j-0000000000001",
        ]
    )
    func hostile(text: String) {
        #expect(JobID(text) == nil)
    }

    @Test("any bytes at all are read or refused, never more")
    func random() {
        var random = SeededNumbers()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text = "j-" + String(decoding: bytes, as: UTF8.self)
            if let job = JobID(text) { #expect(job.description == text.lowercased(), "seed \(random.seed)") }
        }
    }
}

@Suite struct IdentifierSourceTests {
    private let now = Timestamp(seconds: 1_900_000_000)

    @Test("numbers grow and tell when they were made")
    func time() {
        var source = IdentifierSource(node: 3, notBefore: 0)
        let numbers = (0..<100).map { source.next(at: Timestamp(milliseconds: now.milliseconds + Int64($0 / 10))) }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy(<))
        #expect(IdentifierSource.time(of: numbers[0]) == now)
        #expect(IdentifierSource.time(of: numbers[99]) == Timestamp(milliseconds: now.milliseconds + 9))
        #expect(numbers.allSatisfy { $0 >> 13 & 0xFF == 3 })
    }

    @Test("a clock that goes back changes nothing")
    func clockBack() {
        var source = IdentifierSource(node: 0, notBefore: 0)
        var last = source.next(at: now)
        for second in 1...50 {
            let next = source.next(at: Timestamp(seconds: now.seconds - Int64(second) * 1000))
            #expect(next > last)
            last = next
        }
        #expect(source.next(at: Timestamp(seconds: -5)) > last)
    }

    @Test("numbers are greater than the largest that is stored")
    func restart() {
        var first = IdentifierSource(node: 0, notBefore: 0)
        let largest = first.next(at: now)
        var second = IdentifierSource(node: 0, notBefore: largest)
        #expect(second.next(at: Timestamp(seconds: now.seconds - 3600)) > largest)
        var third = IdentifierSource(node: 0, notBefore: largest)
        #expect(
            IdentifierSource.time(of: third.next(at: Timestamp(seconds: now.seconds + 1)))
                == Timestamp(seconds: now.seconds + 1)
        )
    }

    @Test("a millisecond has room for more than its counter counts")
    func overflow() {
        var source = IdentifierSource(node: 255, notBefore: 0)
        let numbers = (0..<20_000).map { _ in source.next(at: now) }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy(<))
        #expect(numbers.allSatisfy { $0 >> 13 & 0xFF == 255 })
        #expect(IdentifierSource.time(of: numbers[19_999]).since(now) <= .milliseconds(3))
    }
}
