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
        await close()
    }

    /// Once; a loop that has stopped runs nothing.
    func close() async {
        guard
            isOpen.withLock({ isOpen in
                defer { isOpen = false }
                return isOpen
            })
        else { return }
        await closeAgents()
        await spawner.close()
        loop.stop()
    }
}
