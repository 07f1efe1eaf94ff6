import Router
import WeCom

extension SendOutcome {
    /// Judges an error of WeCom, or of the way to it.
    init(_ error: WeComError) {
        if error.isCancellation, Task.isCancelled {
            self = .interrupted
        } else if error.isTransient {
            self = .retry(
                reason: error.description, isAmbiguous: error.isAmbiguous, pause: error.obstacle.map(AppPause.init))
        } else {
            self = .failed(reason: error.description)
        }
    }
}

extension WeComError {
    /// WeCom does not know the media id, or no more.
    var saysMediaIsGone: Bool {
        if case .refused(let code, _) = self { code == ErrorCode(40007) } else { false }
    }
}
