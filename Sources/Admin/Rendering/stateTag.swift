import HTML
import Pages

/// The state of a job, a delivery, a bot or an app's credentials: a word and a shape, and a colour besides.
func stateTag(_ state: String, _ words: Language) -> HTML {
    let (chinese, english, style, icon): (String, String, String, Icon?) =
        switch state {
        case "ready": ("等待中", "ready", "idle", .mem)
        case "running": ("运行中", "running", "work", .play)
        case "waiting": ("待重试", "waiting", "warn", .again)
        case "done": ("已完成", "done", "ok", .ok)
        case "failed": ("失败", "failed", "bad", .x)
        case "cancelled": ("已取消", "cancelled", "idle", .stop)
        case "refused": ("已拒绝", "refused", "warn", .shut)
        case "pending": ("待发", "pending", "idle", .mem)
        case "sending": ("发送中", "sending", "out", .left)
        case "sent": ("已送出", "sent", "ok", .ok)
        case "dropped": ("已放弃", "dropped", "idle", .stop)
        default: (state, state, "idle", nil)
        }
    return tag(.span, .class("t", style)) {
        icon?.drawn()
        tag(.span) { words(chinese, english) }
    }
}

/// A word with a colour that says how good it is.
func tone(_ word: String, _ style: String, _ icon: Icon? = nil) -> HTML {
    tag(.span, .class("t", style)) {
        icon?.drawn()
        tag(.span) { word }
    }
}
