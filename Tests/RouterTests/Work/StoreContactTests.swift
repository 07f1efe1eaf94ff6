import Lifecycle
import RouterTesting
import System
import Testing

@testable import Router

@Suite struct StoreContactTests {
    private let contact = StoreContact(LeaseLimits(length: .seconds(30)))
    private let start = MonotonicTime.now

    private func moment(_ seconds: Int) -> MonotonicTime { start.advanced(by: .seconds(seconds)) }

    @Test("contact lasts from the first answer on, as long as no two are further apart than a fence")
    func lasting() {
        #expect(!contact.hasLasted(.zero, by: moment(0)))
        for second in stride(from: 0, through: 60, by: 20) { contact.noteAnswer(begunAt: moment(second)) }
        #expect(contact.hasLasted(.seconds(60), by: moment(60)))
        #expect(!contact.hasLasted(.seconds(81), by: moment(80)))
        #expect(!contact.hasLasted(.seconds(60), by: moment(81)), "the last answer is too long ago")
        contact.noteAnswer(begunAt: moment(81))
        #expect(!contact.hasLasted(.seconds(1), by: moment(81)), "it has begun anew")
        #expect(contact.hasLasted(.seconds(20), by: moment(101)))
    }

    @Test("what was claimed is this process's while it is young, or renewed ever since")
    func covering() {
        #expect(contact.covers(moment(0), by: moment(19)))
        #expect(!contact.covers(moment(0), by: moment(20)))
        contact.noteAnswer(begunAt: moment(10))
        #expect(contact.covers(moment(0), by: moment(29)))
        contact.noteAnswer(begunAt: moment(25))
        #expect(contact.covers(moment(0), by: moment(44)))
        #expect(!contact.covers(moment(0), by: moment(45)))
    }

    @Test("a renewal that comes after a gap covers nothing of before")
    func suspended() {
        contact.noteAnswer(begunAt: moment(0))
        contact.noteAnswer(begunAt: moment(40))
        #expect(!contact.covers(moment(1), by: moment(40)))
        #expect(contact.covers(moment(39), by: moment(58)))
    }
}
