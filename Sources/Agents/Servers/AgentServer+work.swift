import HTTP
import Lifecycle
import Router

extension AgentServer {
    /// Runs a turn whose work the server goes on with by itself, also when nobody listens any more.
    ///
    /// A turn that is cancelled for good has the server told to stop by `stop`; nil where there is nothing to stop. A failure is told
    /// without secrets.
    func run(
        attendedBy attendant: any TurnAttendant, _ work: () async throws -> Reply, stop: () -> HTTPRequest?
    ) async throws -> Reply {
        do {
            return try await work()
        } catch {
            guard Task.isCancelled else { throw told(error) }
            if !attendant.goesOnLater, let request = stop() {
                // For a moment: the turn is cancelled already, and this is not.
                await throughCancellation { _ = try? await send(request, within: .seconds(5)) }
            }
            throw CancellationError()
        }
    }

    /// Sends a request that is part of a turn, whose answer comes in one piece: a server that cannot be reached is a failure of the agent.
    func answer(to request: HTTPRequest, within limit: Duration = .seconds(30)) async throws -> HTTPResponse {
        try await reachingServer { () async throws(HTTPTransportError) in try await send(request, within: limit) }
    }

    /// The same error as it may be told.
    func told(_ error: any Error) -> any Error { (error as? AgentFailure)?.told(without: secrets) ?? error }

    /// Waits before the next look, behind so many.
    func rest(afterLook count: Int) async throws {
        if count > 0 { try await clock.sleep(for: looks.delay(afterAttempt: count)) }
    }

    /// Makes a probe of `look`, which tells of what is wrong at a server that can be reached.
    func probe(
        _ description: String? = nil, _ look: (inout AgentProbe) async throws(HTTPTransportError) -> AgentProbe.Trouble?
    ) async -> AgentProbe {
        var probe = AgentProbe(description)
        do {
            probe.troubles = [try await look(&probe)].compactMap(\.self)
        } catch {
            probe.troubles = [unreached(error)]
        }
        return probe.told(without: secrets)
    }

    private func unreached(_ error: HTTPTransportError) -> AgentProbe.Trouble {
        AgentProbe.Trouble(
            "the endpoint cannot be reached: \(error)", advice: "check base_url, and that the server is up",
            key: "base_url")
    }
}
