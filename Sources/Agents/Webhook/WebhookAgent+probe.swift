import HTTP
package import Router
import Text

extension WebhookAgent {
    /// Tells whether anybody answers at the address. What they answer says nothing: a job is what they are there for.
    package func probe() async -> AgentProbe { await look().told(without: secrets) }

    private func look() async -> AgentProbe {
        do {
            _ = try await transport.send(HTTPRequest(.options, options.url), requestOptions(within: .seconds(15)))
            return AgentProbe()
        } catch .bodyTooLarge {
            return AgentProbe()
        } catch {
            return AgentProbe(troubles: [
                AgentProbe.Trouble(
                    "the service cannot be reached: \(error)",
                    advice: "check url, and that the service is up", key: "url")
            ])
        }
    }
}
