import HTML
import Pages
import Simulator
import System
import Text
import WeCom

/// One thing that is looked at in an exchange, and whether it is as it should be.
struct WireCheck {
    let name: String
    let isRight: Bool
    let text: String
}

extension BenchView {
    func checks(of entry: WireEntry) -> HTML {
        tag(.ul, .class("cks")) {
            for check in list(of: entry) {
                tag(.li, .class(check.isRight ? "" : "bad")) {
                    (check.isRight ? Icon.ok : .x).drawn()
                    tag(.b) { check.name }
                    tag(.span) {
                        if !check.isRight { tag(.span, .class("vh")) { words("不对：", "wrong: ") } }
                        check.text
                    }
                }
            }
        }
    }

    private func list(of entry: WireEntry) -> [WireCheck] {
        (entry.direction == .callback ? checksOfCallback(entry) : checksOfCall(entry)) + checksOfAnswer(entry)
            + entry.silences.map { silence in
                WireCheck(
                    name: words("未告知", "Not told"), isRight: !silence.isTrouble,
                    text: silence.text(words) + (silence.people.map { ": \($0)" } ?? ""))
            }
    }

    private func checksOfCallback(_ entry: WireEntry) -> [WireCheck] {
        guard let layout = entry.layout else { return [] }
        var checks = [
            WireCheck(
                name: words("签名", "Signature"), isRight: true,
                text: words(
                    "SHA-1（token、timestamp、nonce、密文，按字节排序）",
                    "SHA-1 of token, timestamp, nonce, ciphertext, in byte order")),
            WireCheck(
                name: words("接收方", "Receiver"), isRight: true,
                text: layout.receiver == 0
                    ? words("空，机器人如此", "empty, as a bot's is") : words("CorpID，与应用一致", "the CorpID of the app")),
            WireCheck(
                name: words("填充", "Padding"), isRight: (1...32).contains(layout.padding),
                text: words("PKCS#7 到 32 字节，\(layout.padding) B", "PKCS#7 to 32 bytes, \(layout.padding) B")),
        ]
        if case .app = entry.subject, let message = try? InboundMessage(xml: entry.request.opened ?? []) {
            let age = entry.at.since(message.createTime)
            checks.append(
                WireCheck(
                    name: words("时间", "Age"), isRight: true,
                    text: words(
                        "CreateTime 与模拟时钟相差 \(age.short)", "CreateTime is \(age.short) behind the simulated clock")))
        }
        return checks
    }

    private func checksOfCall(_ entry: WireEntry) -> [WireCheck] {
        let caller: String? =
            switch entry.subject {
            case .app(let app): roster.app(app).map { "\($0.name) · \(app.agentID)" }
            case .bot(let bot): roster.bot(bot).map { "\($0.name) · \(bot)" }
            case nil: nil
            }
        return [
            WireCheck(
                name: words("调用者", "Caller"), isRight: caller != nil,
                text: caller ?? words("令牌或密钥不属于任何应用", "the token or secret is of no app"))
        ]
    }

    private func checksOfAnswer(_ entry: WireEntry) -> [WireCheck] {
        if let failure = entry.failure {
            return [WireCheck(name: words("应答", "Answer"), isRight: false, text: failure)]
        }
        guard let number = entry.code else {
            guard let status = entry.status else { return [] }
            return [WireCheck(name: words("应答", "Answer"), isRight: status == 200, text: "HTTP \(status)")]
        }
        let code = ErrorCode(number)
        let text = number == 0 ? "0" : "\(number): \(code.meaning). \(code.remedy)"
        return [WireCheck(name: "errcode", isRight: number == 0, text: text)]
    }
}

extension Silence {
    /// Those whom it concerns, where they are some of many.
    fileprivate var people: String? {
        guard case .dropped(let users, _) = self else { return nil }
        let more = users.count > 10 ? ", …" : ""
        return users.prefix(10).map(\.text).joined(separator: ", ") + more
    }
}
