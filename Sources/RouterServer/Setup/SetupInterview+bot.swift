import Text
import WeCom

extension SetupInterview {
    /// Asks for the identity of a bot. The keys of one that is called come later, as an app's.
    func askBot(
        _ setup: inout NewSetup, _ mode: Configuration.Bot.Mode, _ interview: Interview, again: Bool
    ) async throws {
        if !again { print(InitCommand.consoleSteps(mode)) }
        func isAsked(_ option: String, _ text: String) -> Bool { again || options.value(option) == nil && text.isEmpty }
        if isAsked("--bot-id", setup.botID) {
            let usual = again ? setup.botID : mode == .webhook ? "" : nil
            setup.botID = try await interview.ask("Bot ID (\(ConsolePlace.botID))", Form.botID, usual: usual)
        }
        if mode == .socket, isAsked("--bot-secret-file", setup.secret) {
            setup.secret = try await interview.askHidden("Secret (\(ConsolePlace.botSecret))", Form.corpSecret)
        }
    }

    /// WeCom gives a bot to whoever subscribes last, and tells the one before to go.
    func mayTakeOver(_ interview: Interview) async throws -> Bool {
        print(
            "A bot has one connection: to try its id and secret takes it from whatever program is connected with it now, which "
                + "does not come back by itself.\n")
        return try await interview.choose(
            "Try them, or the way to WeCom only?", ["try", "way only"], usual: "try"
        ).isSame(as: "try")
    }
}
