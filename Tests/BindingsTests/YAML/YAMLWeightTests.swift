import Testing
import YAML

@Suite struct YAMLWeightTests {
    @Test("values that would take too much memory are refused, with their place")
    func weight() {
        var limits = YAMLLimits()
        limits.weight = 10_000
        let error = #expect(throws: YAMLError.self) {
            try YAMLDocument(YAMLShape.longKeys.yaml(10_000), limits: limits)
        }
        #expect(error?.message == "is one value too many: all of them may take 10000 bytes of memory")
        #expect((1...200).contains(error?.position.line ?? 0))
    }

    @Test("a large text is read within its limits or refused, whatever it is", arguments: YAMLShape.allCases)
    func hostile(shape: YAMLShape) throws {
        guard shape != .apps else { return }
        do throws(YAMLError) {
            let document = try YAMLDocument(shape.yaml(1 << 20))
            #expect(document.refusals.count <= YAMLLimits().refusals + 1)
        } catch {
            #expect(error.message.hasPrefix("is one value too many"))
        }
    }

    @Test("a configuration of 10,000 apps takes less than half of what may be taken")
    func apps() throws {
        var limits = YAMLLimits()
        limits.weight /= 2
        let document = try YAMLDocument(YAMLShape.apps.yaml(10_000), limits: limits)
        guard case .mapping(let root) = document.root.content, case .sequence(let apps) = root["apps"]?.content else {
            Issue.record("no apps")
            return
        }
        #expect(apps.count == 10_000)
        #expect(document.refusals.isEmpty)
    }

    @Test("a thousand refusals are told, and that there are more")
    func refusals() throws {
        let document = try YAMLDocument(YAMLShape.duplicates.yaml(6_000))
        #expect(document.refusals.count == 1001)
        #expect(document.refusals.last?.message == "is refused, too: no more than these are told")
    }

    @Test("a place is as small as an editor's numbers", arguments: [1, 8 << 20, Int(Int32.max)])
    func places(number: Int) {
        let place = YAMLPosition(line: number, column: number)
        #expect(place.line == number && place.column == number)
        #expect(MemoryLayout<YAMLPosition>.size == 8)
    }
}
