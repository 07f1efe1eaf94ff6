import JSON
import Lifecycle
import Simulator
import System
import Testing
import WeCom

/// Carries steps out in a world, in which a test is the app: it sends by hand what people are to see.
struct Stagehand: Sendable {
    let world: World
    let player: Player
    let sightings: Sightings

    /// Carries a step out, as a request writes it.
    @discardableResult
    func play(_ verb: String, _ value: JSONValue) async throws -> [String] {
        try await player.play(try Step(Written(.object([.init(verb, value)])))).map(\.text)
    }

    /// The complaint of a step that fails.
    func complaint(_ verb: String, _ value: JSONValue) async throws -> StepFailure? {
        let step = try Step(Written(.object([.init(verb, value)])))
        do throws(StepFailure) {
            try await player.play(step)
            return nil
        } catch {
            return error
        }
    }

    func send(_ text: String, to user: String = "u1", app: Int = 0) async throws {
        _ = try await world.send("text", ["content": .string(text)], to: user, app: app)
    }
}

/// The first app is `desk`, the third, of another corp, is `shop`.
func withStagehand(_ body: (Stagehand) async throws -> Void) async throws {
    try await withWorld { world in
        let parties = [
            Party(name: "desk", end: .app(world.apps[0])), Party(name: "shop", end: .app(world.apps[2])),
            Party(name: "bot", end: .socket(FakeSocketBot(id: BotID("aib1"), secret: Secret("s")))),
        ]
        let sightings = Sightings(of: world.wecom, parties)
        let following = Task { await sightings.follow() }
        defer { following.cancel() }
        try await body(
            Stagehand(
                world: world, player: Player(world.wecom, parties, sightings, user: UserID("u1")), sightings: sightings)
        )
    }
}
