import JSON
package import Lifecycle
import Observability
package import Router
package import System
package import WeCom

/// Accepts what bots hear over their long connections, and shows their answers as they grow.
package struct BotSocketEndpoint: Sendable {
    private let current: Serving.Current
    private let intake: Intake
    private let view: StreamView
    private let events: BotEvents
    private let record: CallbackRecord
    private let clock: any WorkClock

    /// WeCom lets a message be answered under its id for a day.
    private static let requestLife = Duration.seconds(24 * 3600)
    /// A text that has changed is shown so soon after the one before; one that has not is shown again before WeCom gives the stream up.
    private static let pace = Duration.seconds(1)
    private static let refresh = Duration.seconds(240)
    /// WeCom gives every stream up after so long, or before.
    private static let longestLife = Duration.seconds(600)

    package init(
        current: Serving.Current, intake: Intake, view: StreamView, events: BotEvents, record: CallbackRecord,
        by clock: any WorkClock = .steady
    ) {
        self.events = events
        self.current = current
        self.intake = intake
        self.view = view
        self.record = record
        self.clock = clock
    }

    /// Shows the answers again that were begun before `moment`, by a process or a connection that is gone.
    package func resume(
        _ id: BotID, openedBefore moment: Timestamp, through lane: BotSocketLane,
        follow: @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async {
        guard let bot = current.serving.app(.bot(id)) else { return }
        let start = clock.timestamp.advanced(by: .zero - BotSocketEndpoint.longestLife)
        // They end with their answers all the same.
        let streams = try? await lane.store.openStreams(of: bot.endpoint, openedAfter: start, before: moment)
        for stream in streams ?? [] {
            guard let request = stream.address.request else { continue }
            let conversation = ConversationKey(endpoint: bot.endpoint, peer: stream.address.target.peer)
            follow {
                await show(
                    stream.id, FeedbackID(of: stream.job), of: bot, under: request, in: conversation, through: lane)
            }
        }
    }

    /// Takes a frame in. False if it could not be made durable. `follow` runs what shows its answer, if that is to be shown.
    package func hear(
        _ frame: BotFrame, of id: BotID, through lane: BotSocketLane,
        follow: @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async -> Bool {
        let serving = current.serving
        guard let bot = serving.directory[.bot(id)] else {
            // A bot that leaves hears nothing more. One that is only just coming has to hear this again.
            return serving.app(.bot(id)) != nil
        }
        let (request, body): (BotRequestID, JSONValue)
        switch frame {
        case .message(let id, let json), .event(let id, let json): (request, body) = (id, json)
        case .kick, .answer, .unknown: return true
        }
        let message: InboundMessage
        do throws(InboundMessageError) {
            guard case .message(let heard) = try BotDocument(json: body, receivedAt: clock.timestamp) else {
                return true
            }
            message = heard.withoutLeadingMention(of: bot.traits.nameInChats)
        } catch {
            record.passOver(error, for: bot)
            return true
        }
        if case .event(let event) = message.content {
            return await take(event, of: message, body, under: request, to: bot, through: lane, follow: follow)
        }
        return await accept(message, body, under: request, to: bot, through: lane, follow: follow)
    }

    private func take(
        _ event: InboundEvent, of message: InboundMessage, _ body: JSONValue, under request: BotRequestID,
        to bot: App, through lane: BotSocketLane, follow: @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async -> Bool {
        do {
            let answer = try await events.take(event, of: message, document: body.bytes, to: bot, noting: record)
            guard let conversation = ConversationKey(bot.endpoint, of: message) else { return true }
            switch answer {
            case .greeting(let greeting): follow { await lane.greet(greeting, under: request, in: conversation) }
            case .update(let update): follow { await lane.change(update, under: request) }
            case nil: break
            }
        } catch {
            record.notKept(error, for: bot, record.log(of: message, to: bot))
            return false
        }
        return true
    }

    private func accept(
        _ message: InboundMessage, _ body: JSONValue, under request: BotRequestID, to bot: App,
        through lane: BotSocketLane, follow: @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async -> Bool {
        let document = body.bytes
        let stream = DedupKey(of: message, document: document, to: bot.endpoint).streamID
        let now = clock.timestamp
        let ways =
            [Way(.request(request.text), expiresAt: now.advanced(by: BotSocketEndpoint.requestLife)), Way(.push)]
            + bot.lastWays(for: message, at: now)
        let log = record.log(of: message, to: bot)
        let acceptance: Acceptance
        do {
            acceptance = try await intake.accept(
                message, document: document, from: bot, answeredBy: ways, shownIn: stream)
        } catch {
            record.notKept(error, for: bot, log)
            return false
        }
        CrashPoint.reach(.afterCommit)
        record.report(acceptance, of: message, to: bot, log)
        // Who may not write opens no way to the group.
        if acceptance.effect != .notice(.refusal) { lane.note(request, of: message) }
        guard let conversation = ConversationKey(bot.endpoint, of: message) else { return true }
        switch acceptance.effect {
        case .job(let job) where !acceptance.isRepeat, .appended(let job) where !acceptance.isRepeat:
            follow { await show(stream, FeedbackID(of: job), of: bot, under: request, in: conversation, through: lane) }
        case .command(.retry) where !acceptance.isRepeat:
            follow { await show(stream, nil, of: bot, under: request, in: conversation, through: lane) }
        case .answer: follow { await lane.end("✓", under: request, in: conversation) }
        default: break
        }
        return true
    }

    /// Shows a reply until it ends, or WeCom takes nothing more of it. The task is cancelled where nobody waits for it any more.
    private func show(
        _ stream: String, _ feedback: FeedbackID?, of bot: App, under request: BotRequestID,
        in conversation: ConversationKey, through lane: BotSocketLane
    ) async {
        var (shown, shownAt): (String?, MonotonicTime) = (nil, clock.now)
        var isOpen = false
        var known: StoredStream?
        while !Task.isCancelled, !lane.isLeaving.isReached {
            let now = clock.now
            let frame = try? await view.frame(of: stream, to: bot, at: .steady(at: now), knowing: &known)
            if let frame, frame.isFinished {
                if await lane.end(frame.content, under: request, in: conversation) || isOver(known) { return }
            } else if let text = frame?.text(after: shown), text != shown || now.since(shownAt) >= Self.refresh {
                switch await lane.show(text, under: request, asking: isOpen ? nil : feedback) {
                case .shown: (isOpen, shown, shownAt) = (true, text, now)
                case .refused: (shown, shownAt) = (text, now)
                case .notYet: break
                case .over: return
                }
            }
            let clock = clock
            await firstOf(lane.isLeaving.wait) { try? await clock.sleep(for: Self.pace) }
        }
        if lane.isLeaving.isReached {
            await lane.takeLeave(saying: bot.texts.streamPaused, below: shown, under: request)
        }
    }

    /// True if WeCom surely takes nothing more of a stream, whatever it may say.
    private func isOver(_ stream: StoredStream?) -> Bool {
        stream.map { clock.timestamp.since($0.openedAt) >= BotSocketEndpoint.longestLife } ?? true
    }
}

extension StreamFrame {
    /// The text to be shown in the place of another. That stays while there is nothing else, as when a turn begins anew.
    fileprivate func text(after shown: String?) -> String {
        content == StreamFrame.thinking ? shown ?? content : content
    }
}

extension ReplyAddress {
    /// The id of the frame that it answers; nil where it answers none.
    fileprivate var request: BotRequestID? {
        for way in ways { if case .request(let id) = way.kind { return BotRequestID(id) } }
        return nil
    }
}
