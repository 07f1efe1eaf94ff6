/// An app of a Dify server, as the configuration says.
package struct DifyOptions: Sendable, Equatable {
    /// The kind of app that the key belongs to.
    package enum App: Sendable, Equatable {
        /// A chatbot, an agent or a chatflow: it has conversations.
        case chat
        /// A workflow: the message goes in as the variable `input`, and the answer is `output` of what comes out; nil is the only
        /// text there.
        case workflow(input: String, output: String?)
    }

    package var access: ServerAccess
    package var app = App.chat
    /// Variables of the app besides, filled in as headers are.
    package var inputs = HeaderTemplates()
    /// The variable of a workflow that takes the files; nil leaves them out.
    package var filesInput: String?

    package init(baseURL: String) { access = ServerAccess(baseURL: baseURL) }
}
