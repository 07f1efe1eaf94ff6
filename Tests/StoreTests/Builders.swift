import Router
import System
import TestSupport
import Testing
import WeCom

let appA = Endpoint.app(AppKey(corpID: CorpID("ww_corp_a"), agentID: AgentID(1)))
let appB = Endpoint.app(AppKey(corpID: CorpID("ww_corp_b"), agentID: AgentID(1)))

/// Counts so many seconds into the test's own time.
func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_900_000_000 + seconds) }

/// An app as the configuration would have it.
func app(_ endpoint: Endpoint, _ conduct: Conduct = Conduct(), texts: ChatTexts = .chinese) throws -> App {
    let key = try #require(endpoint.app)
    let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
    var speech = Speech.least
    speech.recalls = true
    return App(
        .app(key), name: "\(key)", keys: keys, agent: "echo", policy: .all, speech: speech, conduct: conduct,
        texts: texts)
}

extension CrashRecovery {
    /// Of what a crash broke off, the jobs of one app fail and those of others run again.
    static func failing(_ endpoint: Endpoint) throws -> CrashRecovery {
        var conduct = Conduct()
        conduct.onCrash = .fail
        let app = try app(endpoint, conduct)
        return CrashRecovery { $0 == endpoint ? app : nil }
    }
}

/// The words in which a person hears that a crash ended their job.
func crashWords(of job: JobID, retry: String? = nil) -> String {
    ChatTexts.chinese.words(for: AgentFailure(.interrupted, ""), of: job, retry: retry)
}

func address(_ user: String = "zhangsan") -> ReplyAddress { .user(UserID(user)) }

func part(_ text: String, to user: String = "zhangsan") -> Part { Part(to: address(user), text) }

func submission(
    _ text: String, from user: String = "zhangsan", to app: Endpoint = appA, id: Int,
    _ rules: (inout JobRequest) -> Void = { _ in }
) -> Submission {
    let message = InboundMessage(
        corp: app.app?.corpID ?? CorpID(""),
        sender: .member(UserID(user)),
        createTime: time(0),
        agentID: app.app?.agentID,
        messageID: String(id),
        content: .text(text)
    )
    var request = JobRequest(
        AcceptedMessage(
            from: UserID(user), text: text, messageID: String(id), sentAt: time(0), replyAddress: .user(UserID(user))),
        refusal: Notice(.tooMuch, part("too many wait", to: user)))
    rules(&request)
    return Submission(
        key: DedupKey(of: message, document: [], to: app),
        conversation: ConversationKey(endpoint: app, user: UserID(user)), .job(request))
}

extension Part {
    var text: String { excerpt }
}

extension JobStore {
    /// Accepts a message that has not been seen before.
    @discardableResult
    func accept(
        _ text: String,
        from user: String = "zhangsan",
        to app: Endpoint = appA,
        id: Int,
        at now: Timestamp = time(0)
    ) async throws -> JobID {
        let acceptance = try await accept(submission(text, from: user, to: app, id: id), at: now)
        guard case .job(let job) = acceptance.effect, !acceptance.isRepeat else {
            throw Unexpected("\(text) came to \(acceptance)")
        }
        return job
    }

    func claimAll(at now: Timestamp = time(0)) async throws -> [ClaimedJob] {
        try await claim(1000, for: "test", at: now)
    }

    func claimOne(at now: Timestamp = time(0)) async throws -> ClaimedJob {
        try #require(try await claim(1, for: "test", at: now).first)
    }

    func settle(_ job: ClaimedJob, _ settlement: Settlement, at now: Timestamp = time(0)) async throws {
        #expect(try await settle(job.lease, as: settlement, at: now))
    }
}

extension DeliveryStore {
    /// Claims at most `limit` deliveries of whatever app.
    func claimDeliveries(_ limit: Int, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(limit, for: "test", at: now)
    }

    func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(for: "test", within: rules, at: now)
    }

    // What nobody else has taken over.

    func markSent(_ delivery: Delivery, _ receipt: SendReceipt, at now: Timestamp) async throws {
        #expect(try await markSent(delivery.lease, receipt, at: now))
    }

    func keepMedia(_ media: MediaID, of delivery: Delivery, at now: Timestamp) async throws {
        #expect(try await keepMedia(media, for: delivery.lease, at: now))
    }

    func postpone(_ delivery: Delivery, until due: Timestamp, reason: String?, at now: Timestamp) async throws {
        #expect(try await postpone(delivery.lease, until: due, reason: reason, at: now))
    }

    func markFailed(_ delivery: Delivery, reason: String, at now: Timestamp) async throws {
        #expect(try await markFailed(delivery.lease, reason: reason, at: now))
    }
}

extension JobStore where Self: DeliveryStore {
    /// Takes a message through to its reply, which is left in the outbox.
    func answer(
        _ parts: [String],
        to user: String = "zhangsan",
        of app: Endpoint = appA,
        id: Int,
        at now: Timestamp = time(0)
    ) async throws {
        try await accept("question \(id)", from: user, to: app, id: id, at: now)
        let job = try await claimOne(at: now)
        try await settle(job, Settlement(.done, parts: parts.map { part($0, to: user) }), at: now)
    }

    func claimDelivery(at now: Timestamp = time(0)) async throws -> Delivery {
        try #require(try await claimDeliveries(1, at: now).first)
    }

    /// The texts of all that goes out from here on, in order.
    func sendAll(at now: Timestamp = time(0)) async throws -> [String] {
        var texts: [String] = []
        while true {
            let deliveries = try await claimDeliveries(100, at: now)
            if deliveries.isEmpty { return texts }
            for delivery in deliveries {
                texts.append(delivery.part.text)
                try await markSent(delivery, SendReceipt(), at: now)
            }
        }
    }
}

extension ClaimedJob {
    var texts: [String] { messages.map(\.text) }
    var text: String { texts.joined(separator: "\n") }
}
