import HTTP
import HTTPServer
import Lifecycle
import Observability
import System

/// Listens for the command line, behind a door that agents' programs do not get through. Socket and key are files: on a full
/// disk they are made as soon as there is room, and messages do not wait for that.
struct ControlListenerService: Service {
    let name = "control"
    private let listener: HTTPListener
    private let key: ControlKey
    private let keyPath: String
    private let log: Logger

    private static let pause = Duration.seconds(1)

    /// nil, and said why, where no socket can be had. That is no reason not to serve.
    ///
    /// Whatever descends from `ancestor` was started for agents; nil where other things were started, too.
    init?(
        at socketPath: String, keyAt keyPath: String, ancestor: Int32?, on loop: EventLoop, _ metrics: Metrics,
        _ log: Logger, answer: @escaping HTTPHandler
    ) {
        guard socketPath.utf8.count <= longestSocketPath else {
            log.warning("\(socketPath) is too long for a socket: commands cannot reach this server")
            return nil
        }
        let key = ControlKey()
        let door = ControlDoor(key: key.token, keptAt: keyPath, ancestor: ancestor, metrics: metrics, log: log)
        self.key = key
        self.log = log
        self.keyPath = keyPath
        listener = HTTPListener(
            name: name, at: .path(socketPath), limits: .forManagement, on: loop, metrics: metrics, log: log,
            admission: { door.judge($0) }
        ) { request in
            if let refusal = door.judge(request) { refusal } else { await answer(request) }
        }
    }

    func run(_ life: ServiceLife) async throws {
        var (hasWarned, isKeyKept) = (false, false)
        while true {
            do {
                if !isKeyKept {
                    try await BlockingThreads.disk.run { [key, keyPath] () throws(FileError) in
                        try key.write(to: keyPath)
                    }
                    isKeyKept = true
                }
                return try await listener.run(life)
            } catch let error as FileError {
                if !hasWarned { warn("\(error)") }
            } catch let error as CannotListen where error.cause.isOutOfRoom || error.cause.isNoSuchFile {
                // Its directory, too, is made when there is room.
                if !hasWarned { warn("\(error)") }
            }
            hasWarned = true
            life.hasStarted()
            if await life.isToldToStop(within: ControlListenerService.pause) { return }
        }
    }

    private func warn(_ reason: String) {
        log.warning("\(reason): commands cannot reach this server until that is mended, which is tried each second")
    }
}
