import HTML
import Pages

extension BenchView {
    /// The things about an entry that WeCom tells nobody in the chat, below it.
    @HTMLBuilder func remarks(of entry: ChatEntry) -> HTML {
        for remark in entry.remarks(words) { tag(.p, .class("sys", "bad")) { remark } }
    }
}
