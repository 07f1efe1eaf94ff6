package import WeCom

/// An endpoint that speaks OpenAI's Chat Completions, as the configuration says.
package struct ChatCompletionsOptions: Sendable, Equatable {
    /// The keeper of what was said before.
    package enum History: Sendable, Equatable {
        /// We do, and send it along: at most so many bytes of text, and so many questions with their answers.
        case local(bytes: Int = 64 << 10, turns: Int = 50)
        /// The endpoint does, and knows the session by a header or by the user.
        case remote
    }

    /// The part of a person that a model is told of.
    package enum Introduction: String, Sendable, CaseIterable {
        /// Nothing by which they could be known: the language and the date alone.
        case anonymous = "none"
        case id
        case name
    }

    /// The limit of an answer's length, under the name that the endpoint has for it.
    package enum TokenLimit: Sendable, Equatable {
        case maxTokens(Int)
        case maxCompletionTokens(Int)
    }

    /// The URL that `/chat/completions` is appended to; it normally ends in `/v1`.
    package var baseURL: String
    package var model: String
    package var key: Secret?
    package var systemPrompt: String?
    /// nil for no introduction at all.
    package var introduction: Introduction?
    package var history = History.local()
    /// Further headers: `{session_key}`, `{session_id}`, `{user}`, `{job_id}`, `{corp}`, `{app}`, `{bot}` and `{chat}` are
    /// filled in.
    package var headers = HeaderTemplates()
    package var temperature: Double?
    package var tokenLimit: TokenLimit?
    /// True if it is asked for the usage, which some endpoints refuse.
    package var asksForUsage = true
    /// True if it is shown images; else they are files like any other.
    package var showsImages = true
    package var proxy: String?
    package var caFile: String?

    package init(baseURL: String, model: String) {
        self.baseURL = baseURL
        self.model = model
        // What an employee is called is nobody's business outside, unless somebody says so.
        introduction = ServerName(of: baseURL)?.isThisMachine == true ? .name : .anonymous
    }

    /// The secrets that an error may repeat and nobody may see.
    var secrets: [Secret] { [key].compactMap { $0 } + headers.secrets }

    func url(_ path: String) -> String {
        var base = baseURL[...]
        while base.hasSuffix("/") { base = base.dropLast() }  // short: the owner writes it
        return base + path
    }
}
