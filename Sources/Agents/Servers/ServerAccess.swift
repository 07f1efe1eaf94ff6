package import WeCom

/// The way to a server of agents: its address, the key it knows us by, and what each request bears.
package struct ServerAccess: Sendable, Equatable {
    /// The URL that the paths of requests are appended to; it normally ends in `/v1`.
    package var baseURL: String
    package var key: Secret?
    /// Further headers: `{session_key}`, `{session_id}`, `{user}`, `{job_id}`, `{corp}`, `{app}`, `{bot}` and `{chat}` are
    /// filled in.
    package var headers = HeaderTemplates()
    package var proxy: String?
    package var caFile: String?

    package init(baseURL: String) { self.baseURL = baseURL }

    /// The secrets that an error may repeat and nobody may see.
    var secrets: [Secret] { [key].compactMap { $0 } + headers.secrets }

    func url(_ path: String) -> String {
        var base = baseURL[...]
        while base.hasSuffix("/") { base = base.dropLast() }  // short: the owner writes it
        return base + path
    }
}
