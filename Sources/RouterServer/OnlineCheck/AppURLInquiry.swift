import HTTP
import Router

/// Asks the public address of an app's own path as WeCom's console does when an administrator saves it.
struct AppURLInquiry: Sendable {
    let app: Configuration.App
    let url: String
    let configuration: Configuration
    let transport: any HTTPTransport
    let language: ChatTexts.Language

    /// Adds what is found to `report`, unless it is said of `server.public_url` for all apps.
    func extend(_ report: inout AppReport) async {
        let say = language
        switch await CallbackInquiry(app: app, url: url, transport: transport).find() {
        case nil: report.goodNews.append(say("\(url) 能通过后台的验证", "\(url) passes the console's check"))
        case .refused:
            var finding = OnlineFinding(
                say(
                    "\(url) 通不过后台的验证：那里的服务用的是别的密钥，或路上改了查询参数",
                    "\(url) does not pass the console's check: the server there has other keys, or the query is changed on the way"
                ),
                advice: say(
                    "核对 token 和 encoding_aes_key；服务若在本机运行，原因见下面“被拒的回调”",
                    "compare token and encoding_aes_key; if the server runs here, its reason stands below"))
            finding.key = "\(app.key).token"
            finding.place = configuration.place(of: "token", in: app)
            report.findings.append(finding)
        case .unusableKeys, .unreachable, .notReached, .somebodyElse: break
        }
    }
}
