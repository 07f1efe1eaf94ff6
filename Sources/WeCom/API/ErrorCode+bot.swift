// The codes that a bot's long connection acts on.

extension ErrorCode {
    package static let notSubscribed = ErrorCode(846_609)
    package static let wrongBotSecret = ErrorCode(853_000)
    /// Over the long connection: so much was said in that chat.
    package static let tooOften = ErrorCode(45009)
    /// A bot may answer in a group, and say nothing of its own accord.
    package static let groupsTakeAnswersAlone = ErrorCode(600_039)

    /// The connection has lost its subscription, however healthy it looks: another one will work.
    package var endsSubscription: Bool { [846_601, 846_602, ErrorCode.notSubscribed.number].contains(number) }

    /// The message can no longer be answered that way, and perhaps another: its id or its stream is of no use any more, or the
    /// bot may not write to that chat of its own accord.
    package var endsWay: Bool {
        [846_605, 846_608, 93001, 93006, 93008, ErrorCode.groupsTakeAnswersAlone.number].contains(number)
    }

    /// The subscription is refused until a person has mended the configuration.
    package var refusesBot: Bool { [400, 401, 403, 40013, ErrorCode.wrongBotSecret.number].contains(number) }
}
