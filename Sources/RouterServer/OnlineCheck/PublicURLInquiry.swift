import HTTP
import JSON
import Router
import System

/// True if `server.public_url` leads to a server like this one: asked as somebody who may not come in.
struct PublicURLInquiry {
    let url: String
    /// The path of callbacks.
    let path: String
    let place: Place?
    let transport: any HTTPTransport
    let say: ChatTexts.Language

    func report() async -> PartReport {
        async let health = isHealthy()
        let result: Result<HTTPResponse, HTTPTransportError>
        do throws(HTTPTransportError) {
            result = .success(try await transport.send(HTTPRequest(.get, url + path + bogusQuery), .init()))
        } catch {
            result = .failure(error)
        }
        return report(result, isHealthy: await health)
    }

    private func report(_ result: Result<HTTPResponse, HTTPTransportError>, isHealthy: Bool) -> PartReport {
        switch result {
        case .success(let response) where response.isOurRefusal:
            return PartReport(
                goodNews: say(
                    "server.public_url：\(path) 上是这种服务"
                        + (isHealthy ? "，/health 也通" : "；/health 没有转发，只有监控会缺它"),
                    "server.public_url: a server of this kind answers at \(path)"
                        + (isHealthy
                            ? ", and at /health" : "; /health is not passed on, which only monitoring may miss")))
        case .success(let response) where [502, 503, 504].contains(response.status.code):
            return finding(
                say(
                    "\(path) 上答 \(response.status) 的是服务前面的代理：它连不到服务",
                    "what stands before the server answers \(response.status) at \(path): it did not reach it"),
                advice: say(
                    "启动服务，或改正代理、隧道转发到的地址",
                    "start the server, or correct where the proxy or tunnel passes requests on to"), .warning)
        case .success(let response):
            return finding(
                isHealthy
                    ? say(
                        "/health 通到这种服务，但 \(path) 上是别的东西，答 \(response.status)",
                        "leads to a server of this kind at /health, but at \(path) something else answers, with "
                            + "\(response.status)")
                    : say(
                        "通到的不是这种服务：\(path) 答 \(response.status)",
                        "leads to something that is no server of this kind: \(path) answers \(response.status)"),
                advice: say(
                    "让代理或隧道把 \(path) 及其下的路径原样转发到这个服务",
                    "have the proxy or tunnel pass \(path) and what is below it to this server unchanged"), .error)
        case .failure(let failure):
            return finding(
                say("从这里连不到", "cannot be reached from here") + " (\(printable("\(failure)", most: 300)))",
                advice: say(
                    "本机若看不到自己的公网地址，请从外面试；否则检查 DNS、证书、代理或隧道",
                    "if this machine cannot see its own public address, try from outside; else check DNS, the "
                        + "certificate, and the proxy or tunnel"), .warning)
        }
    }

    private func finding(
        _ message: String, advice: String, _ severity: OnlineFinding.Severity
    ) -> PartReport {
        var finding = OnlineFinding(message, advice: advice)
        finding.severity = severity
        finding.place = place
        finding.key = "server.public_url"
        return PartReport(findings: [finding])
    }

    private func isHealthy() async -> Bool {
        guard let response = try? await transport.send(HTTPRequest(.get, url + "/health"), .init()) else {
            return false
        }
        return response.status == .ok && (try? JSONValue(parsing: response.bytes))?["status"]?.string == "ok"
    }

    /// The check of a URL as WeCom's console makes it, signed by nobody.
    private var bogusQuery: String {
        "?msg_signature=\(String(repeating: "0", count: 40))&timestamp=\(Timestamp.now.seconds)&nonce=0"
            + "&echostr=\(String(repeating: "A", count: 86))%3D%3D"
    }
}

extension HTTPResponse {
    /// True for the answer that a callback without a right signature gets, whatever was wrong with it.
    var isOurRefusal: Bool { status == .forbidden && bytes.elementsEqual("forbidden\n".utf8) }
}
