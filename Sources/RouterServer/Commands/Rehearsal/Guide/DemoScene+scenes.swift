import Router
import Text

extension DemoScene {
    /// Says what it was told, and what can be asked for.
    func introduce() async throws -> Reply {
        let said = turn.text.cut(toBytes: 2000)
        let offers = DemoOffer.allCases.enumerated().map { index, offer in
            "\(index + 1). **\(offer.word(language))** \(offer.promise(language))"
        }.joined(separator: "\n")
        return try await write(
            words(
                "你说的是：「\(said)」。\n\n我是演示智能体，发一个词或它的序号试试：\n\n\(offers)\n\n也可以发一张图片或一个文件，会原样交还。"
                    + "换成你自己的智能体，用 `--agent` 或 `--config`。",
                "You said: “\(said)”.\n\nI am the demo's agent. Send one of these words, or its number:\n\n\(offers)\n\n"
                    + "Or send a picture or a file: you get it back. "
                    + "For an agent of yours use `--agent` or `--config`."))
    }

    /// Thinks, then writes Markdown of every kind.
    func grow() async throws -> Reply {
        let thoughts = words("先看告警，再对照发布记录与慢查询。", "First the alert, then the release notes and the slow queries.")
        for word in thoughts.split(separator: " ", omittingEmptySubsequences: false) {
            try await attendant.hear(.thinking("\(word) "))
            try await pause(pace)
        }
        return try await write(
            words(
                """
                ## 为什么结算变慢了

                索引在发布时被重建，期间走了 **全表扫描**。

                | 时间 | 事件 |
                |---|---|
                | 14:02 | 发布 1.4.2，迁移开始 |
                | 14:03 | p95 从 90 ms 升到 812 ms |
                | 14:09 | 索引建好，恢复 |

                1. 在低峰期迁移
                2. 先在副本上演练 `REINDEX`

                ```sql
                CREATE INDEX CONCURRENTLY settle_day ON settle (day);
                ```

                在应用里，回答写完后整条送达；在左边的机器人里，气泡会随着变长。
                """,
                """
                ## Why settlement was slow

                The index was rebuilt during the release, and queries did a **full scan**.

                | time | event |
                |---|---|
                | 14:02 | release 1.4.2, the migration begins |
                | 14:03 | p95 rises from 90 ms to 812 ms |
                | 14:09 | the index is there, all is well |

                1. Migrate when there is little traffic
                2. Rehearse `REINDEX` on a replica

                ```sql
                CREATE INDEX CONCURRENTLY settle_day ON settle (day);
                ```

                In an app an answer arrives whole, once it is written; in one of the bots the bubble grows meanwhile.
                """))
    }

    func ask() async throws -> Reply {
        let question = Question(
            words("要发布 1.5.0 吗？", "Release 1.5.0?"),
            detail: words("测试 1,204 项通过，2 个破坏性变更", "1,204 tests pass, 2 breaking changes"),
            options: [
                Question.Option("all", words("发布", "Release"), style: .encouraged),
                Question.Option("some", words("先灰度 5%", "5 % first")),
                Question.Option("none", words("不发布", "Do not"), style: .dangerous),
            ])
        switch try await attendant.ask(question) {
        case .chosen(let ids, _) where ids == ["all"]:
            return try await write(words("好，1.5.0 已发布到全部机器。", "Done: 1.5.0 runs on all machines."))
        case .chosen(let ids, _) where ids == ["some"]:
            return try await write(words("好，先发布到 5% 的机器。", "Done: 1.5.0 runs on 5 % of the machines."))
        case .chosen: return try await write(words("好，什么也没有发布。", "Nothing was released."))
        case .expired: return try await write(words("没有等到回答，什么也没有发布。", "Nobody answered: nothing was released."))
        }
    }

    func choose() async throws -> Reply {
        let topics = [
            ("release", words("发布", "releases")), ("incident", words("故障", "incidents")),
            ("cost", words("成本", "costs")), ("plan", words("下周计划", "plans")),
        ]
        let question = Question(
            words("周报写哪些？", "What goes into the weekly report?"),
            options: topics.map { Question.Option($0.0, $0.1) }, allowsMany: true)
        guard case .chosen(let ids, _) = try await attendant.ask(question) else {
            return try await write(words("没有等到回答，周报先不写。", "Nobody answered: there is no report."))
        }
        let names = topics.filter { ids.contains($0.0) }.map(\.1).joined(separator: words("、", ", "))
        return try await write(words("好，周报写：**\(names)**。", "The report has: **\(names)**."))
    }

    func sendFile() async throws -> Reply {
        let rows = [("09:00", 812), ("10:00", 640), ("11:00", 214), ("12:00", 96), ("13:00", 91)]
        let table = rows.map { "\($0.0),\($0.1)\r\n" }.joined()
        let head = words("时间,p95 毫秒", "time,p95 ms")
        // A spreadsheet takes a file without the mark for one of another encoding.
        let file = ReplyFile(.bytes(Array("\u{FEFF}\(head)\r\n\(table)".utf8)), name: "p95.csv")
        return try await write(words("这是今天上午的 p95，一小时一行。", "The p95 of this morning, a line an hour."), files: [file])
    }

    static let stepsOfWork = 6

    /// Takes a minute. Where answers grow, the steps are seen as they are done; elsewhere `/status` tells.
    func work() async throws -> Reply {
        let names = [
            words("读需求", "read the task"), words("查代码", "look at the code"), words("改接口", "change the interface"),
            words("补测试", "write the tests"), words("跑测试", "run the tests"), words("写说明", "write it up"),
        ]
        var text = ""
        for (index, name) in names.enumerated() {
            let line = "\(index + 1)/\(DemoScene.stepsOfWork) \(name)"
            try await attendant.hear(.progress(line))
            try await attendant.hear(.tool(ToolCall(id: "step-\(index)", title: name, state: .running)))
            try await pause(step)
            try await attendant.hear(.tool(ToolCall(id: "step-\(index)", title: name, state: .completed)))
            try await attendant.hear(.text("\(line) ✓\n"))
            text += "\(line) ✓\n"
        }
        let end = words("\n一分钟的任务完成了。", "\nThe task of a minute is done.")
        try await attendant.hear(.text(end))
        return Reply(text + end)
    }

    /// Fails the first time: the router tries again by itself.
    func fail() async throws -> Reply {
        guard turn.attempt > 1 else {
            throw AgentFailure(.transient, "the demo's agent fails once, as it was asked to")
        }
        return try await write(
            words(
                "第 \(turn.attempt) 次成功了：第一次出错后，消息没有丢，自动重试。",
                "Try \(turn.attempt) succeeded: the first one failed, the message was kept and tried again."))
    }

    /// Hands back what came along, as it is.
    func handBack() async throws -> Reply {
        let list = turn.attachments.map { "\($0.name) (\($0.contentType), \($0.size) B)" }.joined(separator: "\n")
        return try await write(
            words("收到，原样交还：\n\(list)", "Here it is again:\n\(list)"),
            files: turn.attachments.map { ReplyFile(path: $0.path, name: $0.name) })
    }
}
