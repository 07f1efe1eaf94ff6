import HTTP
import Lifecycle
import QR
import System
import WeCom

/// Shows the code by which an administrator creates a bot on the phone, and waits for the bot.
struct BotByCode: Sendable {
    let creation: BotCreation
    let clock: any WorkClock
    let print: @Sendable (String) -> Void
    var isColoured = false

    private static let pause = Duration.seconds(3)
    private static let patience = Duration.seconds(300)

    init(
        at base: String, over transport: any HTTPTransport, by clock: any WorkClock = .steady,
        print: @escaping @Sendable (String) -> Void
    ) {
        creation = BotCreation(at: base, over: transport)
        self.clock = clock
        self.print = print
    }

    func bot() async throws -> (id: BotID, secret: Secret) {
        print(
            "WeCom does not document this way of creating a bot, and may change it: without --qr, init asks for what the "
                + "console shows.\n")
        let invitation = try await creation.begin()
        try show(invitation.url)
        let deadline = clock.now.advanced(by: Self.patience)
        var wasScanned = false
        while true {
            let next = clock.now.advanced(by: Self.pause)
            guard next < deadline else { throw BotByCodeFailure.tooLate }
            try await clock.sleep(until: next)
            switch try await progress(of: invitation) {
            case nil, .waiting: continue
            case .scanned:
                if !wasScanned { print("The code is scanned: confirm on the phone.\n") }
                wasScanned = true
            case .expired: throw BotByCodeFailure.expired
            case .created(let id, let secret):
                print("The bot is created: \(printable(id.text, most: 128)).\n\n")
                return try checked(id, secret)
            }
        }
    }

    /// Nil where the next question may be answered.
    private func progress(of invitation: BotCreation.Invitation) async throws -> BotCreation.Progress? {
        do throws(BotCreationError) {
            return try await creation.progress(of: invitation)
        } catch {
            if error.isTransient { return nil }
            throw error
        }
    }

    private func show(_ url: String) throws {
        guard let code = QRCode(url) else { throw BotByCodeFailure.tooLong }
        let text = isColoured ? code.terminalText : code.lines.joined(separator: "\n") + "\n"
        print(
            "\n\(text)\nScan it with WeCom on the phone, as an administrator, within five minutes. It leads to\n  \(url)\n"
        )
    }

    private func checked(_ id: BotID, _ secret: Secret) throws -> (id: BotID, secret: Secret) {
        guard case .fits(_?, _) = Form<BotID?>.botID.fit(id.text),
            case .fits = Form<Secret>.corpSecret.fit(secret.reveal())
        else { throw BotByCodeFailure.unusable }
        return (id, secret)
    }
}

/// The reason why no bot came of a code that was shown.
enum BotByCodeFailure: Error, CustomStringConvertible {
    case tooLate, expired, tooLong, unusable

    var description: String {
        switch self {
        case .tooLate: "nobody has created a bot with the code within five minutes, and nothing is written"
        case .expired: "the code has expired before a bot was created, and nothing is written: ask for another"
        case .tooLong: "the address that WeCom gives for the code is too long to be shown as one"
        case .unusable:
            "the bot is created, and what WeCom tells of it is no Bot ID and Secret: copy them from its page"
        }
    }
}
