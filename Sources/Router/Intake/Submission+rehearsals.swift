import Crypto
package import System
import WeCom

extension Submission {
    /// A message that becomes a job and one that is answered with a notice, of somebody whom no corp knows.
    package static func rehearsals(to app: Endpoint?, at now: Timestamp) -> [Submission] {
        guard let app else { return [] }
        let user = UserID("rehearsal of wecom-router")
        let notice = Notice(.tooMuch, Part(to: .user(user), saying: "rehearsal"))
        let message = AcceptedMessage(
            from: user, text: "rehearsal", messageID: "0", sentAt: now, replyAddress: .user(user))
        let requests: [Request] = [.job(JobRequest(message, refusal: notice)), .notice(notice)]
        return requests.enumerated().map { number, request in
            Submission(
                key: DedupKey(stamp: now.seconds, digest: Array(sha256(Array("rehearsal \(number)".utf8)).prefix(16))),
                conversation: ConversationKey(endpoint: app, user: user), request)
        }
    }
}
