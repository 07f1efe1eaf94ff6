import Foundation
import Testing
import WeCom

@Suite struct ErrorCodeTests {
    @Test("the table holds every code that is documented, in its class, and no other")
    func table() throws {
        let documented = try documentedKinds()
        #expect(documented.count > 150)
        for (number, kind) in documented {
            #expect(ErrorCode(number).kind == kind, "\(number)")
        }
        let known = (Int64(-100)...1_000_000).filter { ErrorCode($0).kind != nil }
        #expect(Set(known) == Set(documented.keys))
    }

    @Test("each code says in words what it means and what to do about it")
    func words() throws {
        for number in try documentedKinds().keys {
            let code = ErrorCode(number)
            #expect(code.meaning.count >= 5 && code.remedy.count >= 5, "\(number)")
            let words = WeComError.refused(code, message: "because").description
            #expect(words.contains("errcode \(number), \(code.meaning): "), "\(words)")
            #expect(words.hasSuffix("\(code.remedy) (in WeCom's words: because)"), "\(words)")
        }
    }

    @Test(
        "a class says what is done",
        arguments: [
            (.token, .refreshToken), (.retry, .retry), (.rate, .slowDown), (.recipient, .dropRecipient),
            (.payload, .giveUp), (.permanent, .giveUp),
        ] as [(ErrorCode.Kind, ErrorCode.Handling)])
    func handling(kind: ErrorCode.Kind, handling: ErrorCode.Handling) throws {
        let codes = try documentedKinds().filter { $0.value == kind }.keys
        #expect(!codes.isEmpty && codes.allSatisfy { ErrorCode($0).handling == handling })
    }

    @Test("what is set up wrong for the app as a whole waits for a person, and stops the app")
    func config() throws {
        let codes = try documentedKinds().filter { $0.value == .config }.keys.map { ErrorCode($0) }
        let stopping = codes.filter { $0.handling == .awaitOperator }
        #expect(stopping.count > 15)
        for code in stopping {
            let error = WeComError.refused(code, message: "")
            #expect(error.obstacle?.pause.first == .seconds(60) && error.obstacle?.pause.longest == .seconds(60))
            #expect(error.isTransient && error.obstacle?.advice == code.remedy)
        }
    }

    @Test(
        "what is set up wrong for some messages only fails those", arguments: [43012, 90206, 86008, 42015] as [Int64])
    func boundToRequest(number: Int64) {
        let error = WeComError.refused(ErrorCode(number), message: "")
        #expect(ErrorCode(number).kind == .config && error.obstacle == nil && !error.isTransient)
    }

    @Test("a limit on calls waits longer each time, one on calls at once hardly")
    func limits() {
        let frequency = WeComError.refused(ErrorCode(45009), message: "").obstacle
        #expect(frequency?.pause.first == .seconds(60) && frequency?.pause.longest == .seconds(3600))
        let concurrency = WeComError.refused(ErrorCode(45033), message: "").obstacle
        #expect(concurrency?.pause.first == .seconds(5) && concurrency?.pause.longest == .seconds(60))
        #expect(frequency?.isLimit == true && concurrency?.isLimit == true)
    }

    @Test("somebody who cannot be reached is no reason to try again, nor to stop the app")
    func recipient() {
        let error = WeComError.refused(ErrorCode(60111), message: "")
        #expect(!error.isTransient && !error.isAmbiguous && error.obstacle == nil)
    }

    @Test(
        "a code that nobody documented fails its message and keeps WeCom's words",
        arguments: [1, 40000, 999_999] as [Int64])
    func unknown(number: Int64) {
        let error = WeComError.refused(ErrorCode(number), message: "strange, hint: [17]")
        #expect(ErrorCode(number).handling == .giveUp && error.obstacle == nil && !error.isTransient)
        #expect(
            error.description.hasSuffix("look the code up in WeCom's list of global error codes: strange, hint: [17]"))
    }

    @Test("an address that is not trusted is named, with where to add it", arguments: [60020, 301042] as [Int64])
    func address(number: Int64) {
        let message = "not allow to access from your ip, hint: [17], from ip: 203.0.113.7, more info at x"
        let error = WeComError.refused(ErrorCode(number), message: message)
        #expect(error.obstacle?.advice.hasPrefix("add 203.0.113.7 to 企业可信IP in WeCom's console") == true)
        #expect(error.description.contains("add 203.0.113.7 to 企业可信IP"))
        let silent = WeComError.refused(ErrorCode(number), message: "").obstacle
        #expect(silent?.advice.hasPrefix("add the address this server goes out from to 企业可信IP") == true)
    }

    /// The classes of the protocol reference, row by row.
    private func documentedKinds() throws -> [Int64: ErrorCode.Kind] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/error-codes", withExtension: "tsv"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
        var kinds: [Int64: ErrorCode.Kind] = [:]
        for line in lines {
            let cells = line.split(separator: "\t")
            let number = try #require(Int64(cells[0]))
            let kind = try #require(ErrorCode.Kind(rawValue: String(cells[1])))
            #expect(kinds.updateValue(kind, forKey: number) == nil, "\(number) stands there twice")
        }
        return kinds
    }
}
