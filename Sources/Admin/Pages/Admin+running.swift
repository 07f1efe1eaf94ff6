import HTML
import HTTP
import JSON
import Pages
import System
import Text

extension Admin {
    /// The turns that run in this process, with what each is at.
    func running(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let turns = try await interface.get("/v1/turns").list(of: "turns")
        return await frame(words("运行中", "Running"), visit) {
            if turns.isEmpty {
                empty(words("没有正在运行的轮次。", "No turn is running."))
            } else {
                table(
                    words("运行中的轮次", "Running turns"),
                    [
                        Head(words("用户 → 应用", "User → app")), Head(words("智能体", "Agent"), "hide-s"),
                        Head(words("已运行", "Running"), "r"), Head(words("最近动静", "Last sign"), "r"),
                        Head(words("正在做", "At")), .acts(words),
                    ]
                ) { for turn in turns { row(turn, visit) } }
            }
            tag(.p, .class("note")) {
                words("只列出本进程（\(installation.node)）的轮次。", "The turns of this process (\(installation.node)) alone.")
            }
        }
    }

    private func row(_ turn: JSONValue, _ visit: Visit) -> HTML {
        let words = visit.words
        let (job, other) = (turn.text(of: "job"), Correspondent(of: turn))
        return tag(.tr) {
            tag(.th, .plain(.scope, "row")) {
                tag(.a, .href("/admin/jobs/\(job)")) { other.name(words) }
                HTML(" → ")
                tag(.bdi) { other.app }
            }
            tag(.td, .class("hide-s")) {
                tag(.bdi) { turn.text(of: "agent") }
                if turn.count(of: "attempt") > 1 {
                    tone(words("第 \(turn.count(of: "attempt")) 次", "attempt \(turn.count(of: "attempt"))"), "warn")
                }
            }
            tag(.td, .class("r", "n")) { words.span(.seconds(turn.count(of: "running_seconds"))) }
            tag(.td, .class("r", "n")) {
                if let silent = turn["silent_seconds"]?.integer { words.span(.seconds(silent)) } else { "–" }
            }
            tag(.td, .class("wr")) {
                if turn.isTrue("asks") { tone(words("在等人回答", "asks somebody"), "warn", .help) }
                if let progress = turn["progress"]?.string { visit.excerpt(progress, characters: 120) }
            }
            tag(.td) {
                if turn.isTrue("stopping") {
                    tone(words("停止中…", "stopping…"), "warn")
                } else {
                    visit.asking(
                        words("停止？会告诉 \(other.id)。", "Stop it? \(other.id) is told."), words("停止", "Stop"),
                        icon: .stop, to: "/admin/jobs/\(job)/stop")
                }
            }
        }
    }
}
