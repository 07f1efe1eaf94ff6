import HTTP
import JSON
import Router
import Text

extension AgentServer {
    /// Asks a server of OpenAI's form for the list of models, which costs nothing: whether it can be reached, knows us, and has
    /// `model`.
    func probe(for model: String) async -> AgentProbe {
        await probe(model) { _ throws(HTTPTransportError) in
            trouble(in: try await send(request(.get, "/models")), model)
        }
    }

    private func trouble(in response: HTTPResponse, _ model: String) -> AgentProbe.Trouble? {
        let said = ServerComplaint(body: response.bytes).message
        let words = "\(response.status)\(said.isEmpty ? "" : ": \(said)")"
        switch response.status.code {
        case 200: return trouble(inModels: response.bytes, model)
        case 401, 403:
            return .init("the endpoint refuses the key (\(words))", advice: "set api_key right", key: "api_key")
        case 404:
            return .init(
                "the endpoint has no list of models (404)", advice: "check base_url: it normally ends in /v1",
                key: "base_url")
        default:
            return .init(
                "the endpoint answers \(words)", advice: "check base_url, and what the server logs", key: "base_url")
        }
    }

    private func trouble(inModels bytes: [UInt8], _ model: String) -> AgentProbe.Trouble? {
        guard let list = (try? JSONValue(parsing: bytes))?["data"]?.array else {
            return .init(
                "the endpoint's list of models is none", advice: "check base_url: it normally ends in /v1",
                key: "base_url")
        }
        let models = list.compactMap { $0["id"]?.string }
        if models.contains(where: model.isSame) { return nil }
        let some = models.prefix(10).map { $0.onOneLine(atMost: 100) }.joined(separator: ", ")
        return .init(
            "the endpoint has no model \(model)",
            advice: models.isEmpty
                ? "it lists none at all" : "it has \(some)\(models.count > 10 ? " and \(models.count - 10) more" : "")",
            key: "model")
    }
}
