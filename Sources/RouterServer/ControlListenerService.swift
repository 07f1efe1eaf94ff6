import HTTPServer
import Lifecycle
import Observability
import System

/// Listens for the command line. The socket is a file: on a full disk it is made as soon as there is room, and messages do not
/// wait for that.
struct ControlListenerService: Service {
    let listener: HTTPListener
    let log: Logger

    var name: String { listener.name }

    private static let pause = Duration.seconds(1)

    func run(_ life: ServiceLife) async throws {
        var isFirst = true
        while true {
            do {
                return try await listener.run(life)
            } catch let error as CannotListen where error.cause.isOutOfRoom || error.cause.isNoSuchFile {
                // Its directory, too, is made when there is room.
                if isFirst {
                    log.warning("\(error): commands cannot reach this server until there is room on the disk")
                }
                isFirst = false
            }
            life.hasStarted()
            if await life.isToldToStop(within: ControlListenerService.pause) { return }
        }
    }
}
