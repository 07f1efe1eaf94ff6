import HTTP
import HTTPServer
import System
import Testing

@Suite struct ClientBudgetsTests {
    private let start = MonotonicTime.now
    private let stranger = IPAddress("203.0.113.9")!
    private let other = IPAddress("203.0.113.10")!

    @Test("a client that owes no more than its credit is not made to wait, one that owes more is, and nobody else")
    func credit() {
        let budgets = ClientBudgets()
        budgets.charge(ClientBudgets.credit, to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start) == .zero)
        budgets.charge(.milliseconds(10), to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start) == .milliseconds(100))
        #expect(budgets.delay(of: other, at: start) == .zero)
    }

    @Test("what is owed melts by a tenth of the time that passes")
    func melting() {
        let budgets = ClientBudgets()
        budgets.charge(ClientBudgets.credit + .milliseconds(10), to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start.advanced(by: .milliseconds(60))) == .milliseconds(40))
        #expect(budgets.delay(of: stranger, at: start.advanced(by: .milliseconds(100))) == .zero)
    }

    @Test("however much is charged, nobody waits longer than three seconds")
    func mostDebt() {
        let budgets = ClientBudgets()
        for _ in 0..<1000 { budgets.charge(.seconds(60), to: stranger, at: start) }
        #expect(budgets.delay(of: stranger, at: start) == .seconds(3))
    }

    @Test("a client that sends as fast as it may gets a tenth of a processor, over any length of time")
    func share() {
        let budgets = ClientBudgets()
        var (now, spent) = (start, Duration.zero)
        let end = start.advanced(by: .seconds(60))
        while now < end {
            budgets.charge(.milliseconds(1), to: stranger, at: now)
            spent += .milliseconds(1)
            now = now.advanced(by: max(.milliseconds(1), budgets.delay(of: stranger, at: now)))
        }
        #expect(spent < .seconds(6) + ClientBudgets.credit * 2)
        #expect(spent > .seconds(5))
    }

    @Test("whoever has sent something genuine is not made to wait for an hour, whatever else comes from there")
    func trust() {
        let budgets = ClientBudgets()
        budgets.trust(stranger, at: start)
        budgets.charge(.seconds(1), to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start) == .zero)
        let later = start.advanced(by: .seconds(3601))
        budgets.charge(.seconds(1), to: stranger, at: later)
        #expect(budgets.delay(of: stranger, at: later) > .zero)
    }

    @Test("known addresses are never made to wait")
    func known() throws {
        let known = try #require(IPNetwork("203.0.113.0/24"))
        let budgets = ClientBudgets(ClientAddresses(known: [known]))
        budgets.charge(.seconds(1), to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start) == .zero)
    }

    @Test("of version 6 a whole network of 64 bits is one client")
    func networks() throws {
        let budgets = ClientBudgets()
        let (one, two) = (try #require(IPAddress("2001:db8:1:2::1")), try #require(IPAddress("2001:db8:1:2:ff::9")))
        budgets.charge(.milliseconds(200), to: one, at: start)
        #expect(budgets.delay(of: two, at: start) > .zero)
        #expect(budgets.delay(of: try #require(IPAddress("2001:db8:1:3::1")), at: start) == .zero)
    }

    @Test("more clients than are counted are let through rather than kept out")
    func capacity() {
        let budgets = ClientBudgets()
        for number in 0..<20_000 {
            let address = IPAddress(bytes: [198, 51, UInt8(number >> 8), UInt8(number & 255)])!
            budgets.charge(.seconds(1), to: address, at: start)
        }
        budgets.charge(.seconds(1), to: stranger, at: start)
        #expect(budgets.delay(of: stranger, at: start) == .zero)
        // Once the others owe nothing any more there is room again.
        let later = start.advanced(by: .seconds(10))
        budgets.charge(.seconds(1), to: stranger, at: later)
        #expect(budgets.delay(of: stranger, at: later) > .zero)
    }

    @Test("a request that is let on is charged for first, and what is not refused is given back")
    func reservation() {
        let budgets = ClientBudgets(costOfRefusal: .milliseconds(60))
        #expect(budgets.admit(stranger, at: start) == .charged)
        #expect(budgets.admit(stranger, at: start) == .charged)
        #expect(budgets.admit(stranger, at: start) == .wait(.milliseconds(200)))
        budgets.giveBack(to: stranger, at: start)
        #expect(budgets.admit(stranger, at: start) == .charged)
        budgets.trust(stranger, at: start)
        #expect(budgets.admit(stranger, at: start) == .unlimited)
    }

    @Test("a proxy may bring five times what one client may cost, and any amount once it has brought something genuine")
    func proxies() {
        let budgets = ClientBudgets()
        let proxy = IPAddress("10.0.0.7")!
        for number in UInt8(0)..<6 {
            let client = IPAddress(bytes: [203, 0, 113, number])!
            #expect(budgets.delay(of: client, through: proxy, at: start) == .zero)
            budgets.charge(ClientBudgets.credit, to: client, through: proxy, at: start)
        }
        #expect(budgets.delay(of: IPAddress("198.51.100.1")!, through: proxy, at: start) > .zero)
        #expect(budgets.delay(of: proxy, at: start) > .zero, "its connections are not read either")
        #expect(budgets.delay(of: IPAddress("198.51.100.1")!, at: start) == .zero)
        budgets.trust(other, through: proxy, at: start)
        #expect(budgets.delay(of: IPAddress("198.51.100.1")!, through: proxy, at: start) == .zero)
    }

    @Test("with the name of a client that is trusted or known a neighbour does not get round its budget either")
    func borrowedNames() throws {
        let known = try #require(IPNetwork("198.51.100.0/24"))
        let budgets = ClientBudgets(ClientAddresses(known: [known]))
        let (neighbour, proxy) = (IPAddress("10.0.0.7")!, IPAddress("10.0.0.1")!)
        budgets.trust(stranger, through: proxy, at: start)
        for name in [stranger, IPAddress("198.51.100.1")!] {
            for _ in 1...6 { budgets.charge(ClientBudgets.credit, to: name, through: neighbour, at: start) }
            #expect(budgets.delay(of: name, through: neighbour, at: start) > .zero)
            #expect(budgets.delay(of: name, through: proxy, at: start) == .zero)
            #expect(budgets.delay(of: name, at: start) == .zero)
        }
        #expect(budgets.admit(stranger, through: proxy, at: start) == .unlimited)
    }

    @Test("of version 6 all networks of 64 bits in one of 48 may cost together five times what one may")
    func sites() throws {
        let budgets = ClientBudgets()
        for number in 0..<6 {
            let client = try #require(IPAddress("2001:db8:1:\(number)::1"))
            #expect(budgets.delay(of: client, at: start) == .zero)
            budgets.charge(ClientBudgets.credit, to: client, at: start)
        }
        #expect(budgets.delay(of: try #require(IPAddress("2001:db8:1:ff::1")), at: start) > .zero)
        #expect(budgets.delay(of: try #require(IPAddress("2001:db8:2:ff::1")), at: start) == .zero)
    }
}
