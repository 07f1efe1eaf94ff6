import Testing

@testable import RouterServer

@Suite(.timeLimit(.minutes(5))) struct BotShowsTests {
    @Test("as many answers of a bot are shown at once as may be, and one more when one of them has ended")
    func bound() {
        let shows = BotShows()
        for _ in 1...BotShows.most { #expect(shows.begin()) }
        #expect(!shows.begin())
        shows.end()
        #expect(shows.begin())
        #expect(!shows.begin())
    }

    @Test("it is known when the last one has ended")
    func ended() async {
        let shows = BotShows()
        await shows.untilNone()
        for _ in 1...2 { #expect(shows.begin()) }
        async let none: Void = shows.untilNone()
        for _ in 1...2 { shows.end() }
        await none
    }
}
