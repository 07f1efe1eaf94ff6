/// A server that speaks OpenAI's Responses, as the configuration says.
package struct ResponsesOptions: Sendable, Equatable {
    /// The thread by which the server remembers what was said before.
    package enum History: String, Sendable, CaseIterable {
        /// Each response names the one before it.
        case chain = "previous_response"
        /// A conversation that the server keeps, which each response is part of.
        case conversation
        /// Each turn is the first.
        case nothing = "none"
    }

    package var access: ServerAccess
    package var model: String
    package var systemPrompt: String?
    /// nil for no introduction at all.
    package var introduction: Introduction?
    package var history = History.chain
    /// The server owns the run: it outlives a connection, and our process.
    package var isInBackground = true
    package var temperature: Double?
    package var maxTokens: Int?
    /// True if it is shown images; else they are files like any other.
    package var showsImages = true

    package init(baseURL: String, model: String) {
        access = ServerAccess(baseURL: baseURL)
        self.model = model
        introduction = Introduction(forServerAt: baseURL)
    }
}
