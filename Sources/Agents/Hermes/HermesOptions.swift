/// A Hermes server whose runs are begun, as the configuration says.
package struct HermesOptions: Sendable, Equatable {
    package var access: ServerAccess
    /// The model and its provider; nil for the server's own choice.
    package var model: String?
    package var provider: String?
    package var systemPrompt: String?
    /// nil for no introduction at all.
    package var introduction: Introduction?
    package var permissions = PermissionPolicy()
    /// True if it is shown images; else they are files like any other.
    package var showsImages = true

    package init(baseURL: String) {
        access = ServerAccess(baseURL: baseURL)
        introduction = Introduction(forServerAt: baseURL)
    }
}
