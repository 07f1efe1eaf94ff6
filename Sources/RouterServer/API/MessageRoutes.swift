import HTTP
import JSON
import Router
import System
import WeCom

/// `/v1/messages`: what programs have an app send, and what became of it. `docs/openapi.yaml` describes it.
struct MessageRoutes: Sendable {
    let store: any OutgoingMessageStore
    let directory: AppDirectory
    let blobs: BlobFolder
    let now: Timestamp
    /// False where no server runs, and what is posted waits for one.
    let isServed: Bool
    /// There is something to send.
    let wake: @Sendable () -> Void

    /// `rest` is the path behind `/v1/messages`.
    func answer(_ request: HTTPRequest, at rest: [Substring]) async throws -> HTTPResponse {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.post)
            return try await post(request)
        case (1, let id?):
            try request.expect(.get, .delete)
            let message = try await message(id)
            return request.method == .delete ? try await recall(message) : .json(.ok, json(message).bytes)
        case (2, "card"):
            try request.expect(.post)
            return try await updateCard(of: try await message(rest[0]), request)
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func message(_ text: Substring) async throws -> DeliverySummary {
        guard let id = DeliveryID(text), let message = try await store.delivery(id) else {
            throw ControlRefusal.unknown("message \(shown(String(text)))")
        }
        return message
    }

    // MARK: Sending

    private func post(_ request: HTTPRequest) async throws -> HTTPResponse {
        let key = try request.idempotencyKey()
        let wanted = try await read(request)
        guard isServed || !wanted.needsServer else {
            throw ControlRefusal.notNow(
                "no server runs here, and a bot speaks over the connection that one holds: start it, or send through an app"
            )
        }
        return try await post(try await wanted.body(keepingFilesIn: blobs), wanted.address, of: wanted.endpoint, key)
    }

    /// Reads a request, a large one where it holds nobody else up.
    private func read(_ request: HTTPRequest) async throws -> MessageRequest {
        let directory = directory
        let read = { @Sendable () throws -> MessageRequest in try MessageRequest(try request.jsonBody(), directory) }
        return request.body.count > 64 << 10 ? try await BlockingThreads.disk.run(read) : try read()
    }

    private func post(
        _ body: Part.Body, _ address: ReplyAddress, of endpoint: Endpoint, _ key: IdempotencyKey? = nil
    ) async throws -> HTTPResponse {
        if let blob = body.blob { try await blobs.share(blob) }
        let outgoing = OutgoingMessage(
            Part(to: address, body), in: ConversationKey(endpoint: endpoint, peer: address.target.peer), key: key)
        let posted = try await store.post(outgoing, at: now)
        wake()
        guard let message = try await store.delivery(posted.delivery) else {
            throw ControlRefusal.unknown("message \(posted.delivery)")
        }
        var response = HTTPResponse.json(posted.isRepeat ? .ok : .accepted, json(message).bytes)
        response.headers["Location"] = "/v1/messages/\(posted.delivery)"
        return response
    }

    // MARK: What was sent

    private func recall(_ message: DeliverySummary) async throws -> HTTPResponse {
        guard message.state == .sent, message.wecomID != nil else {
            throw ControlRefusal.notNow("\(message.id) is \(message.state): only what was sent can be taken back")
        }
        if let app = directory[message.endpoint], !app.speech.recalls {
            throw ControlRefusal.notNow(
                "\(message.id) cannot be taken back: messages of \(app.name) cannot be recalled")
        }
        let age = now.since(message.endedAt ?? message.acceptedAt)
        guard age < .seconds(24 * 3600) else {
            throw ControlRefusal.notNow("\(message.id) went out more than 24 hours ago: WeCom takes it back no more")
        }
        return try await post(.recall(of: message.id), message.address, of: message.endpoint)
    }

    private func updateCard(of message: DeliverySummary, _ request: HTTPRequest) async throws -> HTTPResponse {
        guard case .object(var members) = try request.jsonBody() else {
            throw MessageFault(field: "", problem: .wrongKind(wanted: "an object"))
        }
        if !members.contains(where: { $0.name == "response_code" }) {
            guard let code = message.responseCode else {
                throw ControlRefusal.notNow(
                    "\(message.id) has no response_code to change it by: it is no card with buttons, or has not gone yet"
                )
            }
            members.append(.init("response_code", .string(code)))
        }
        let update = try CardUpdate(json: .object(members))
        try update.validate()
        return try await post(
            .cardUpdate(update), message.address, of: message.endpoint, try request.idempotencyKey())
    }

    private func json(_ message: DeliverySummary) -> JSONValue { message.messageJSON(naming: directory) }
}

extension DeliverySummary {
    fileprivate var address: ReplyAddress {
        switch Peer(peer) {
        case .user(let user): .user(user)
        case .chat(let chat): ReplyAddress(.chat(chat), by: [Way(.push)])
        case .many, nil: .many(.these())
        }
    }

    /// The message as programs see it that had it sent.
    fileprivate func messageJSON(naming directory: AppDirectory) -> JSONValue {
        func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.description) } ?? .null }
        func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
        let members: [JSONValue.Member] = [
            .init("id", .string(id.description)), .init("app", .string(directory.shownName(of: endpoint))),
            .init("app_key", .string(endpoint.description)), .init("state", .string(state.rawValue)),
            .init("attempts", .integer(Int64(attempt))), .init("reason", text(reason)),
            .init("accepted_at", time(acceptedAt)), .init("tried_at", time(triedAt)), .init("due_at", time(dueAt)),
            .init("ended_at", time(endedAt)), .init("wecom_msgid", text(wecomID)),
            .init("response_code", text(responseCode)), .init("retry_of", text(replayOf?.description)),
            .init("retried_as", text(replayedAs?.description)),
        ]
        // Who was not reached is known of what WeCom took, and of nothing else.
        let lists = (unreached ?? Unreached()).members
        return .object(members + (state == .sent ? lists : lists.map { .init($0.name, .null) }))
    }
}
