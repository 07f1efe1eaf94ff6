import Lifecycle
import System

/// Lets agents' programs be started for as long as anybody may want one, and kills what is left of them at the end.
struct SpawnerService: Service {
    let name = "agents' programs"
    let spawner: Spawner
    let loop: EventLoop
    /// Lets go of what agents keep running between turns.
    let closeAgents: @Sendable () async -> Void
    private let isOpen: Lock<Bool>

    init(spawner: Spawner, loop: EventLoop, closeAgents: @escaping @Sendable () async -> Void) {
        self.spawner = spawner
        self.loop = loop
        self.closeAgents = closeAgents
        isOpen = Lock(true)
    }

    func run(_ life: ServiceLife) async {
        life.hasStarted()
        await life.untilToldToStop()
        let left = life.stopDeadline?.since(.now) ?? .zero
        await close(within: max(.zero, min(left, SpawnerService.patience)))
    }

    /// The time in which agents that are kept may end in good order. What is left then is killed.
    private static let patience = Duration.milliseconds(700)

    /// Once; a loop that has stopped runs nothing.
    func close(within patience: Duration = .zero) async {
        guard
            isOpen.withLock({ isOpen in
                defer { isOpen = false }
                return isOpen
            })
        else { return }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await closeAgents()
                return true
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return false
            }
            // Agents that need longer are not cancelled: they end with their programs.
            if await group.next() == true { group.cancelAll() }
            await spawner.close()
        }
        loop.stop()
    }
}
