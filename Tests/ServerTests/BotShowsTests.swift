import Testing

@testable import RouterServer

@Suite struct BotShowsTests {
    @Test("as many answers of a bot are shown at once as may be, and one more when one of them has ended")
    func bound() {
        let shows = BotShows()
        for _ in 1...BotShows.most { #expect(shows.begin()) }
        #expect(!shows.begin())
        shows.end()
        #expect(shows.begin())
        #expect(!shows.begin())
    }
}
