import Simulator
import System

/// Keeps a world in the folder of `--keep` while it is played.
final class WorldKeeper: Sendable {
    /// The world as it was before; nil where there was none.
    let kept: KeptWorld?
    private let folder: WorldFolder
    private let saved: Lock<KeptWorld?>

    private static let interval = Duration.seconds(2)

    /// nil where nothing is to be kept.
    init?(_ options: Options) throws {
        guard let path = options.value("--keep") else { return nil }
        let folder = try WorldFolder(path)
        let kept = try folder.load()
        self.kept = kept
        saved = Lock(kept)
        self.folder = folder
    }

    /// Saves what has changed every now and then, until the task is cancelled. What cannot be saved now may be later.
    func run(_ wecom: FakeWeCom, _ world: World) async {
        while (try? await Task.sleep(for: WorldKeeper.interval)) != nil { try? await save(wecom, world) }
    }

    /// Saves the world, if it is not as it was saved last.
    func save(_ wecom: FakeWeCom, _ world: World) async throws {
        let now = wecom.kept(seed: world.seed)
        try await BlockingThreads.disk.run { [self] () throws -> Void in
            try saved.withLock { saved in
                guard saved != now else { return }
                try folder.save(now)
                saved = now
            }
        }
    }
}
