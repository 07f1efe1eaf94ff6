import JSON
import Observability
import System

/// The desktop that somebody at this terminal sits at, where pages can be opened for them.
struct Desktop: Sendable {
    /// nil where the environment names no display.
    init?(_ environment: [String: String]) {
        let displays = ["DISPLAY", "WAYLAND_DISPLAY"].compactMap { environment[$0] }
        guard displays.contains(where: { !$0.isEmpty }) else { return nil }
    }

    /// Opens an address in the browser that the desktop is set to. Where that does not work the address stands printed.
    func open(_ address: String, _ log: Logger) {
        do { try DetachedProgram.start("xdg-open", [address]) } catch {
            log.info("no browser was opened", [.error: .string("\(error)")])
        }
    }
}
