package import HTTP
package import HTTPServer
import JSON
import Lifecycle
package import Observability
package import System
import Text
package import WeCom

/// WeCom, played by us: issues tokens, receives messages, has people say things, and misbehaves on request.
package final class FakeWeCom: Sendable {
    package let transcript: Transcript
    package let faults = Faults()
    package let clock = SimulatedClock()
    package let listener: HTTPListener
    /// The long connections of bots, at the listener's root.
    package let sockets: FakeBotSockets
    let apps: Lock<[FakeApp]>
    let api: FakeAPI
    let transport: any HTTPTransport
    /// Keeps what goes over the wire, for whoever watches.
    package let wire: Wire
    let messageIDs = Lock<UInt64>(0)
    let botURLs = Lock<[BotID: String]>([:])
    let interactions: Lock<OpenInteractions>
    let entries = Lock(ChatEntries())
    /// The answer to what programs ask of us, and not of WeCom; nil where nobody is to.
    private let control: Lock<ControlAPI?>
    private let currentWebhookRules = Lock(BotWebhookRules())
    private let currentCallbackRules = Lock(AppCallbackRules())
    private let address = Lock("")

    /// Listens on loopback; `transport` is how it posts callbacks. The transcript keeps the last `keeping` of everything.
    package init(
        apps: [FakeApp], port: Int, transport: any HTTPTransport, on loop: EventLoop, log: Logger,
        tokenLifetime: Int64 = 7200, keeping: Int = .max
    ) {
        self.apps = Lock(apps)
        let wire = Wire(apps: self.apps, clock: clock)
        self.wire = wire
        self.transport = WatchedTransport(inner: transport, wire: wire, faults: faults)
        transcript = Transcript(keeping: keeping)
        // WeCom's ids of messages grow with time.
        messageIDs.withLock { $0 = UInt64(Timestamp.now.milliseconds) << 20 }
        let api = FakeAPI(
            tokens: TokenDesk(apps: self.apps, clock: clock, lifetime: tokenLifetime), transcript: transcript,
            faults: faults, clock: clock)
        self.api = api
        let interactions = Lock(OpenInteractions())
        self.interactions = interactions
        let sockets = FakeBotSockets(
            transcript: transcript, faults: faults, clock: clock, interactions: interactions)
        self.sockets = sockets
        let control = Lock<ControlAPI?>(nil)
        self.control = control
        let creations = BotCreationDesk(faults: faults, sockets: sockets)
        listener = HTTPListener(
            name: "simulated WeCom", at: .host("127.0.0.1", port: port), limits: .ofFakeWeCom, on: loop,
            metrics: Metrics(), log: log, clock: { [clock] in clock.wall }
        ) { request in
            if request.path == "/" { return sockets.answer(request) { wire.watching($0) } }
            if request.path.begins(with: BotCreationDesk.path) { return await creations.answer(request) }
            if request.path.begins(with: ControlAPI.base), let control = control.withLock({ $0 }) {
                return await control.answer(request)
            }
            return await wire.watching(request, answeredBy: api)
        }
    }

    /// The URL at which it is played, without a slash at the end.
    package var base: String { address.withLock { $0 } }

    /// Lets programs on this machine have people do things, order faults, and read what was seen.
    package func open(_ control: ControlAPI) { self.control.withLock { $0 = control } }

    /// Says where it is played: what it tells others to call begins so.
    package func setBase(_ url: String) { address.withLock { $0 = url } }

    /// Sets the URL to which an app's callbacks go from now on.
    package func setCallbackURL(_ url: String, of app: FakeApp) { change(app) { $0.callbackURL = url } }

    /// Binds a mini-program to an app, so that it may send its notices.
    package func bindMiniProgram(_ appID: String, to app: FakeApp) { change(app) { $0.miniProgram = appID } }

    /// Gives an app another secret, as the console's reset does: the one before fetches no token any more.
    package func resetSecret(of app: FakeApp, to secret: Secret) { change(app) { $0.secret = secret } }

    /// Switches an app off, or on again.
    package func setDisabled(_ isDisabled: Bool, _ app: FakeApp) { change(app) { $0.isDisabled = isDisabled } }

    /// Lists the addresses from which an app may call, or lets it call from any.
    package func trust(_ addresses: Set<IPAddress>?, of app: FakeApp) {
        change(app) { $0.trustedAddresses = addresses }
    }

    /// Every token issued so far stops working, as WeCom may do at any time.
    package func revokeTokens() { api.tokens.revokeAll() }

    /// The number of messages a member gets from an app from now on: as many as WeCom's documentation says, unless told
    /// otherwise.
    package func limitMembers(to limits: FakeMemberLimits) { api.state.withLock { $0.rates.limits = limits } }

    /// The number of calls that a corp may make from now on: as many as WeCom's documentation says, unless told otherwise.
    package func limitCalls(to limits: FakeCallLimits) { api.state.withLock { $0.calls.limits = limits } }

    var callbackRules: AppCallbackRules { currentCallbackRules.withLock { $0 } }

    /// Changes how apps are called.
    package func changeCallbacks(_ change: (inout AppCallbackRules) -> Void) {
        currentCallbackRules.withLock { change(&$0) }
    }

    var webhookRules: BotWebhookRules { currentWebhookRules.withLock { $0 } }

    /// Changes how bots are called.
    package func changeWebhooks(_ change: (inout BotWebhookRules) -> Void) {
        currentWebhookRules.withLock { change(&$0) }
    }

    /// The number of messages to one bot that a person may have open at a time, from now on: three, unless told otherwise.
    package func limitInteractions(to most: Int) { interactions.withLock { $0.most = most } }

    /// Changes who is in a corp, and who of them an app may see.
    package func changeCorp(_ corp: CorpID, _ change: (inout FakeCorp) -> Void) { api.changeCorp(corp, change) }

    /// The content of a file, as long as WeCom has it.
    package func bytes(of media: FakeMedia) -> [UInt8]? { api.bytes(of: media) }

    /// Finds the URL to which the app's callbacks go now.
    package func callbackURL(of app: FakeApp) -> String {
        apps.withLock { $0.first { $0.identity == app.identity } }?.callbackURL ?? app.callbackURL
    }

    private func change(_ app: FakeApp, _ change: (inout FakeApp) -> Void) {
        apps.withLock { apps in
            for index in apps.indices where apps[index].identity == app.identity { change(&apps[index]) }
        }
    }
}

extension HTTPLimits {
    /// Room for the largest file there is, and time for whoever holds an answer back.
    fileprivate static var ofFakeWeCom: HTTPLimits {
        var limits = HTTPLimits()
        limits.answerTime = .seconds(120)
        limits.bodySize = 24 << 20
        limits.heldBytes = 256 << 20
        return limits
    }
}
