import Lanes
import Router
import WeCom

/// Compares this machine's clock with WeCom's, as its answers tell it.
struct ClockInquiry {
    private let lead: Duration
    private let configuration: Configuration
    private let say: ChatTexts.Language

    /// Nil where WeCom has not answered.
    init?(_ clock: WeComClock, _ configuration: Configuration, in language: ChatTexts.Language) {
        guard let lead = clock.lead() else { return nil }
        (self.lead, self.configuration, say) = (lead, configuration, language)
    }

    var report: PartReport {
        let maxAge = configuration.server.maxMessageAge
        guard max(lead, .zero - lead) > ClockWatch.tolerance else {
            return PartReport(goodNews: say("时钟：与企业微信一致", "clock: it goes with WeCom's"))
        }
        var finding = OnlineFinding(
            say(
                "本机时钟比企业微信\(lead < .zero ? "慢" : "快") \(lead.components.seconds.magnitude) 秒",
                ClockWatch.words(for: lead)),
            advice: say("校准时钟，最好用 NTP", "set the clock, or have NTP do so"))
        finding.key = "server.max_message_age"
        finding.place = configuration.places["server.max_message_age"]
        // A clock that goes ahead makes every message older than it is.
        if maxAge == .zero || lead < maxAge { finding.severity = .warning }
        return PartReport(findings: [finding])
    }
}
