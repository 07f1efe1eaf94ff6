package import Router
import Text

// The words for whoever operates the server, in the language that they asked for: why, what was seen, and what to do.

extension RefusalExplanation {
    package typealias Language = ChatTexts.Language

    /// The cause, in a sentence.
    package func cause(of refused: RefusedCallback, in language: Language) -> String {
        let say = language
        let whose = app ?? refused.corp.map { say("企业 \($0)", "corp \($0)") } ?? say("这里任何应用", "anything served here")
        switch reason {
        case .token where isRightNow:
            return say(
                "当时被拒；按现在的密钥，签名是对的（\(whose)）。",
                "It was refused then; by the keys in force now its signature is right (\(whose)).")
        case .token:
            return say(
                "签名与\(whose)的 Token 不符。多半是后台里的 Token 与配置中的 token 不一致。",
                "It is not signed with the Token of \(whose). Most often the Token in the console differs from token in the configuration."
            )
        case .key:
            return say(
                "Token 对，但用 \(whose) 的 EncodingAESKey 解不开（企业微信称 -40008）。",
                "The Token is right, and the EncodingAESKey of \(whose) opens nothing (WeCom calls it -40008).")
        case .corp:
            let actual = receiver.map { $0.isEmpty ? say("空", "nothing") : $0 } ?? say("别的企业", "somebody else")
            return say(
                "签名对，但内容是加密给“\(actual)”的，不是 \(whose) 所属企业（企业微信称 -40005）。",
                "The signature is right, and it is sealed for \"\(actual)\", not for the corp of \(whose) (WeCom calls it -40005)."
            )
        case .anotherApp:
            let other = signer ?? say("另一个应用", "another app")
            return say(
                "它是给 \(other) 的，却送到了 \(whose)。", "It is meant for \(other) and came to \(whose).")
        case .age:
            return say("消息太旧：\(refused.refusal)。", "The message is too old: \(refused.refusal).")
        case .query:
            return say(
                "查询参数在路上被改过或丢了（\(refused.refusal)）。",
                "The query was changed or dropped on the way (\(refused.refusal)).")
        case .path:
            return say(
                "这个路径上没有应用或机器人。", "No app or bot goes by this path.")
        case .hint:
            return say(
                "看不出它是给谁的：\(refused.refusal)。", "It does not say for whom it is: \(refused.refusal).")
        case .malformed:
            return say("这不是能读的回调：\(refused.refusal)。", "It is no callback that can be read: \(refused.refusal).")
        case .size: return say("它太大，没有读。", "It was too large and was not read.")
        case .source:
            return say(
                "来源地址不在 server.allowed_sources 里。", "Its address is none of server.allowed_sources.")
        }
    }

    /// The thing to do about it.
    package func advice(for refused: RefusedCallback, in language: Language) -> String {
        let say = language
        let page =
            refused.door == .app
            ? say("应用管理 → \(app ?? "该应用") → 接收消息 → 设置API接收", "应用管理 → \(app ?? "the app") → 接收消息 → 设置API接收")
            : say("智能机器人 → \(app ?? "该机器人") → API配置", "智能机器人 → \(app ?? "the bot") → API配置")
        switch reason {
        case .token where isRightNow:
            return say("在后台再按一次“保存”（\(page)）。", "Press 保存 (Save) in the console again (\(page)).")
        case .token:
            return say(
                "打开 \(page)，重新复制 Token 到 token，重新载入配置，再按“保存”。",
                "Open \(page), copy Token into token once more, reload, and press 保存 (Save).")
        case .key:
            return say(
                "打开 \(page)，把 43 个字符的 EncodingAESKey 完整复制到 encoding_aes_key，重新载入，再按“保存”。",
                "Open \(page), copy all 43 characters of EncodingAESKey into encoding_aes_key, reload, and press 保存 (Save)."
            )
        case .corp:
            return refused.door == .app
                ? say(
                    "核对 corp_id：我的企业 → 企业信息 → 企业ID。服务商应用的回调不归这里。",
                    "Compare corp_id with 我的企业 → 企业信息 → 企业ID. Callbacks of a service provider's app do not belong here."
                )
                : say("核对 receive_id；留空则接受任何接收方。", "Compare receive_id; left empty it takes any.")
        case .anotherApp:
            return say(
                "核对后台里的 URL 与 agent_id：每个应用填它自己的路径。",
                "Compare the URL in the console and agent_id: give each app its own path.")
        case .age:
            return say(
                "校准本机时钟（NTP）；若时钟没错，这是重放，或企业微信补发的旧消息，见 server.max_message_age。",
                "Set this machine's clock (NTP). If it is right, this is a replay or a late repeat: see server.max_message_age."
            )
        case .query:
            return say(
                "让代理原样转发查询：nginx 的 proxy_pass 不带路径，不用重写规则，也不开会改写参数的防火墙。",
                "Have the proxy pass the query on as it is: proxy_pass without a path in nginx, no rewrite, no firewall that rewrites parameters."
            )
        case .path:
            return signer.map {
                say(
                    "Token 是 \($0) 的：把后台的 URL 改成它的路径。",
                    "The Token is that of \($0): change the URL in the console to its path.")
            }
                ?? say(
                    "核对后台的 URL、server.path 与 bot_path。", "Compare the URL in the console with server.path and bot_path."
                )
        case .hint:
            return say(
                "在后台填带名字的 URL：{path}/{app}。", "Use the URL with the app's name in the console: {path}/{app}.")
        case .malformed:
            return say(
                "多半是扫描或别的程序。若来自企业微信，看代理是否改了正文。",
                "Most often a scanner or another program. If WeCom sent it, see whether a proxy changes the body.")
        case .size:
            return say(
                "企业微信的回调不会这么大：多半是别的程序。", "WeCom's callbacks are never so large: most often another program.")
        case .source:
            return signer.map {
                say(
                    "签名是 \($0) 的：把这个地址加入 server.allowed_sources，或核对 trusted_proxies。",
                    "It is signed with the Token of \($0): add this address to server.allowed_sources, or compare trusted_proxies."
                )
            } ?? say("若是企业微信，把它加入 server.allowed_sources。", "If it is WeCom, add it to server.allowed_sources.")
        }
    }

    /// The traces in the query, a phrase each.
    package func seen(in language: Language) -> [String] {
        let say = language
        return marks.map { mark in
            switch mark {
            case .space:
                say(
                    "echostr 里 + 变成了空格：代理重新编码了查询", "echostr holds a space where + belongs: a proxy re-encodes the query"
                )
            case .encodedTwice: say("echostr 被编码了两次（%25）", "echostr is encoded twice (%25)")
            case .unpadded: say("echostr 末尾的 = 不见了", "the = at the end of echostr are missing")
            case .missing(let name): say("查询里没有 \(name)", "the query has no \(name)")
            }
        }
    }

    /// The key of the configuration to look at, of the app where it has no dot; nil where the cause lies elsewhere.
    package func key(of refused: RefusedCallback) -> String? {
        switch reason {
        case .token: isRightNow ? nil : "token"
        case .key: "encoding_aes_key"
        case .corp: refused.door == .app ? "corp_id" : "receive_id"
        case .anotherApp: "agent_id"
        case .age: "server.max_message_age"
        case .path: "server.path"
        case .source: "server.allowed_sources"
        case .query, .hint, .malformed, .size: nil
        }
    }
}

extension RefusedRubbish {
    /// The cause, in a sentence, with what may be wrong if WeCom sent it.
    package func cause(in say: ChatTexts.Language) -> String {
        let named = corp.map {
            say(
                "最后一个自称的企业是 \($0)：若是你的企业，核对 corp_id。",
                "The last corp that one named is \($0): if that is yours, compare corp_id.")
        }
        return [
            say("不像给这里的回调：\(refusal)。任何人都能发这些。", "Nothing for us, as it seems: \(refusal). Anybody can send such."),
            named,
        ].compactMap(\.self).joined(separator: " ")
    }
}
