import System
import Testing

@testable import RouterServer

@Suite("The zone in which an operator is shown times") struct OperatorTimeZoneTests {
    private func zone(_ text: String) -> TimeZone? {
        Configuration.timeZone(
            file: "config.yaml", environment: [:],
            files: ConfigurationFiles(read: { _, _ in Array(text.utf8) }, mode: { _ in 0o600 }, exists: { _ in false }))
    }

    @Test("is that of all apps, read though secrets are missing and other keys have faults")
    func one() {
        #expect(zone("apps: [{name: a}, {name: 7, corp_secret: '${NONE}', port: x}]") == .shanghai)
        #expect(zone("apps: [{timezone: UTC}, {timezone: UTC, language: en}]") == .utc)
        #expect(zone("platforms: {wecom_callback: {extra: {timezone: UTC}}}") == .utc)
    }

    @Test("is nobody's where apps have several, or it cannot be read")
    func several() {
        #expect(zone("apps: [{timezone: UTC}, {}]") == nil)
        #expect(zone("apps: [{timezone: Mars/Base}]") == nil)
        #expect(zone("apps: [") == nil)
    }
}
