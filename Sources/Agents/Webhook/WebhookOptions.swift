package import WeCom

/// A service that is told of jobs by signed requests, as the configuration says.
package struct WebhookOptions: Sendable, Equatable {
    package var url: String
    /// The secret that requests are signed with.
    package var secret: Secret
    /// The one before, while receivers change over: requests bear both signatures.
    package var oldSecret: Secret?
    /// Further headers: `{session_key}`, `{user}`, `{job_id}`, `{corp}`, `{app}`, `{bot}` and `{chat}` are filled in.
    package var headers = HeaderTemplates()
    /// From where files may be fetched although it is within our own network.
    package var allowPrivate = PrivateHosts()
    package var proxy: String?
    package var caFile: String?

    package init(url: String, secret: Secret) {
        self.url = url
        self.secret = secret
    }

    var signer: WebhookSigner { WebhookSigner(secrets: [secret] + [oldSecret].compactMap { $0 }) }

    /// The secrets that an error may repeat and nobody may see.
    var secrets: [Secret] { [secret] + [oldSecret].compactMap { $0 } + headers.secrets }
}
