/// Answers requests. Runs on the event loop that read them; whatever blocks belongs on a thread of its own.
package typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse
