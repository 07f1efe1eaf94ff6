import Lifecycle
import System

extension Signpost {
    /// Waits until the point is reached, for so long at the most. Whether it was.
    func isReached(within time: Duration) async -> Bool {
        let end = BlockingQueue<Void>(capacity: 1)
        let watch = Task {
            await wait()
            end.close()
        }
        await withCheckedContinuation { continuation in
            _ = OSThread(named: "clock") {
                _ = end.pop(max: 1, waitingAtMost: time)
                continuation.resume()
            }
        }
        watch.cancel()
        return isReached
    }
}
