// The codes that a bot's long connection acts on.

extension ErrorCode {
    package static let notSubscribed = ErrorCode(846_609)
    package static let wrongBotSecret = ErrorCode(853_000)

    /// The connection has lost its subscription, however healthy it looks: another one will work.
    package var endsSubscription: Bool { [846_601, 846_602, ErrorCode.notSubscribed.number].contains(number) }

    /// The message can no longer be answered that way, and perhaps another.
    package var endsWay: Bool { number == 846_605 || number == 846_608 }

    /// The subscription is refused until a person has mended the configuration.
    package var refusesBot: Bool { [400, 401, 403, 40013, ErrorCode.wrongBotSecret.number].contains(number) }
}
