import HTTPServer
import Lifecycle
import System

extension RouterServer {
    /// Gives `supervisor` a sign of life twice as often as it wants one, for as long as both listeners can be spoken to: a process
    /// that hangs is started anew.
    func showLife(to supervisor: Supervisor) async {
        guard let interval = supervisor.watchdog.map({ $0 / 2 }) else { return }
        while !Task.isCancelled {
            for listener in [publicListener, managementListener] { await listener.turn() }
            supervisor.tell(.alive)
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }
}
