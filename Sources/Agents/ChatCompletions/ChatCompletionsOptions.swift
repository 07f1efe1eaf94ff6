/// An endpoint that speaks OpenAI's Chat Completions, as the configuration says.
package struct ChatCompletionsOptions: Sendable, Equatable {
    /// The keeper of what was said before.
    package enum History: Sendable, Equatable {
        /// We do, and send it along: at most so many bytes of text, and so many questions with their answers.
        case local(bytes: Int = 64 << 10, turns: Int = 50)
        /// The endpoint does, and knows the session by a header or by the user.
        case remote
    }

    /// The limit of an answer's length, under the name that the endpoint has for it.
    package enum TokenLimit: Sendable, Equatable {
        case maxTokens(Int)
        case maxCompletionTokens(Int)
    }

    package var access: ServerAccess
    package var model: String
    package var systemPrompt: String?
    /// nil for no introduction at all.
    package var introduction: Introduction?
    package var history = History.local()
    package var temperature: Double?
    package var tokenLimit: TokenLimit?
    /// True if it is asked for the usage, which some endpoints refuse.
    package var asksForUsage = true
    /// True if it is shown images; else they are files like any other.
    package var showsImages = true

    package init(baseURL: String, model: String) {
        access = ServerAccess(baseURL: baseURL)
        self.model = model
        introduction = Introduction(forServerAt: baseURL)
    }
}
