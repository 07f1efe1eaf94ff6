package import HTTP
import JSON
import System
import Text
import WeCom

/// The control API: what programs ask of the simulated WeCom, below `/control/v1/` at its listener. Each step of scenarios has
/// a path there, which takes the value that the step has.
///
/// docs/simulator-openapi.yaml describes it.
package final class ControlAPI: Sendable {
    static let base = "/control/v1/"
    /// A request may wait for less than the listener lets an answer take. Nobody reads files for it.
    static let limits = WrittenFields.Limits(longest: .seconds(60), takesPaths: false)

    let player: Player
    private let doorkeeper = Doorkeeper.loopback

    package init(_ player: Player) { self.player = player }

    package func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if let refusal = doorkeeper.refusalOfPrograms(request) { return refusal }
        do throws(ControlRefusal) {
            guard let path = request.path.after(ControlAPI.base) else { throw .unknown }
            return try await answer(request, at: String(path))
        } catch {
            return error.response
        }
    }

    private func answer(_ request: HTTPRequest, at path: String) async throws(ControlRefusal) -> HTTPResponse {
        // A path is short: a request's head is.
        switch path {
        case "transcript":
            try request.expect([.get], parameters: ["after", "limit", "from", "to", "kind"])
            return .json(.ok, try transcript(request.query).bytes)
        case "parties":
            try request.expect([.get])
            return .json(.ok, parties.bytes)
        case "faults":
            try request.expect([.get, .delete])
            if request.method == .delete { player.wecom.faults.clear() }
            return .json(.ok, faults.bytes)
        case "clock" where request.method == .get || request.method == .head:
            try request.expect([.get, .post])
            return .json(.ok, clock.bytes)
        default: break
        }
        if let place = path.after("files/") {
            try request.expect([.get])
            return try file(String(place))
        }
        guard let verb = Step.Verb.allCases.first(where: { $0.rawValue.isSame(as: path) }) else { throw .unknown }
        try request.expect(verb == .clock ? [.get, .post] : [.post])
        return .json(.ok, try await play(verb, request).bytes)
    }

    private func play(_ verb: Step.Verb, _ request: HTTPRequest) async throws(ControlRefusal) -> JSONValue {
        let type = (request.headers["Content-Type"] ?? "").pieces { $0 == UInt8(ascii: ";") }[0]
        guard String(type.withoutSpaceAround).lowercasedASCII.isSame(as: "application/json") else { throw .wrongType }
        let step: Step
        do throws(StepFault) {
            step = try Step(verb, Written(try request.jsonObject()), ControlAPI.limits)
        } catch {
            throw .malformed(error.description)
        }
        do throws(StepFailure) {
            let seen = try await player.play(step)
            return ["seen": .array(seen.map(\.json)), "position": .integer(Int64(player.sightings.position))]
        } catch {
            throw .failed(error)
        }
    }
}

/// The reason why a request is not done.
enum ControlRefusal: Error {
    case unknown
    case wrongMethod(allowed: String)
    case wrongType
    case malformed(String)
    case failed(StepFailure)

    var response: HTTPResponse {
        switch self {
        case .unknown: return complaint(.notFound, "there is nothing of that name here")
        case .wrongMethod(let allowed):
            var response = complaint(.methodNotAllowed, "only \(allowed) is possible here")
            response.headers["Allow"] = allowed
            return response
        case .wrongType: return complaint(.unsupportedMediaType, "the body must be application/json")
        case .malformed(let why): return complaint(.badRequest, why)
        case .failed(let failure):
            return complaint(
                failure.isAboutName ? .notFound : .conflict, failure.description,
                [.init("expected", .string(failure.expected)), .init("came", .string(failure.came))])
        }
    }

    private func complaint(_ status: HTTPStatus, _ text: String, _ more: [JSONValue.Member] = []) -> HTTPResponse {
        .json(status, JSONValue.object([.init("error", .string(text))] + more).bytes)
    }
}

extension HTTPRequest {
    /// Refuses other methods, and parameters that the path does not have.
    fileprivate func expect(_ methods: [HTTPMethod], parameters: [String] = []) throws(ControlRefusal) {
        let allowed = methods.flatMap { $0 == .get ? [.get, .head] : [$0] }
        guard allowed.contains(method) else {
            throw .wrongMethod(allowed: allowed.map(\.text).joined(separator: ", "))
        }
        for name in query.names where !parameters.contains(where: { $0.isSame(as: name) }) {
            throw .malformed("there is no parameter \(name.shortened) here")
        }
        for name in parameters where query.names.count(where: { $0.isSame(as: name) }) > 1 {
            throw .malformed("\(name) is given twice")
        }
    }

    fileprivate func jsonObject() throws(StepFault) -> JSONValue {
        guard let json = try? JSONValue(parsing: body), case .object = json else {
            throw StepFault(nil, "the body must be a JSON object")
        }
        return json
    }
}
