import JSON
import WeCom

/// The id by which people may rate what a bot says; nil where it asks for no thumbs. Throws one that WeCom does not take.
func feedbackID(in content: JSONValue?) throws(Refusal) -> String? {
    guard let id = content?["feedback"]?["id"] else { return nil }
    guard let text = id.string, (1...FeedbackID.maxBytes).contains(text.utf8.count) else {
        throw Refusal(40058, "invalid feedback.id")
    }
    return text
}
