import JSON
import Simulator
import Testing

@Suite("How steps are written")
struct StepReadingTests {
    @Test(
        "what is no step is refused, with what would be one",
        arguments: [
            ([:], "a step is one of say"),
            (["shout": "hi"], "shout is no step"),
            (["say": "hi", "wait": "1s"], "begins a step of its own"),
            (["say": ["app": "a"]], "say takes one of text"),
            (["say": ["app": "a", "text": "x", "voice": "y"]], "say takes one of text"),
            (["say": ["app": "a", "bot": "b", "text": "x"]], "one of them"),
            (["say": ["text": 5]], "say.text must be a text"),
            (["say": ["txt": "x"]], "say has no field txt"),
            (["say": ["user": "no body", "text": "x"]], "say.user"),
            (["say": ["file": ["text": "0123456789"]]], "name is missing"),
            (["say": ["file": ["name": "a", "text": "0123456789", "base64": "AAAAAAAA"]]], "not both"),
            (["say": ["file": ["name": "a", "base64": "?"]]], "no base64"),
            (["say": ["file": ["name": "a", "text": "x"]]], "6 bytes"),
            (["say": ["location": "north"]], "latitude"),
            (["say": ["location": "91,0"]], "latitude"), (["say": ["location": "0,181"]], "latitude"),
            (["say": ["location": "1e1,0"]], "latitude"), (["say": ["location": "1,,2"]], "latitude"),
            (["say": ["location": "01,2"]], "latitude"), (["say": ["location": "1.,2"]], "latitude"),
            (["say": ["location": "1,2 "]], "latitude"), (["say": ["location": " 1,2"]], "latitude"),
            (["click": ["card": "x"]], "click.button is missing"),
            (["fault": "sulk"], "fault.kind must be one of slow"),
            (["fault": ["kind": "slow", "call": "dial"]], "fault.call must be one of gettoken"),
            (["fault": ["kind": "slow", "all": false]], "must be true"),
            (["fault": ["kind": "slow", "all": true, "app": "a"]], "one of app"),
            (["fault": ["kind": "drop"]], "whose connection"),
            (["fault": ["kind": "kick", "bot": "b", "times": 2]], "no field times"),
            (["fault": ["kind": "slow", "bot": "b"]], "no field bot"),
            (["fault": ["kind": "slow", "times": 0]], "a number from 1"),
            (["clock": "15m"], "clock takes a time as +15m"),
            (["clock": "+99999d"], "clock takes a time as +15m"),
            (["wait": "soon"], "must be a time"),
            (["wait": "2h"], "60 min at most"),
            (["expect": ["text": "a", "match": "b"]], "one of them is due"),
            (["expect": ["kind": "smell"]], "expect.kind must be one of text"),
            (["expect": ["times": .number(1.5)]], "expect.times must be a number"),
            (["expect_nothing": ["within": "1s"]], "has no field within"),
            (["kill": ["name": 5]], "kill takes the name"),
        ] as [(JSONValue, String)])
    func refused(step: JSONValue, complaint: String) throws {
        do throws(StepFault) {
            _ = try Step(Written(step))
            Issue.record("\(step.text) was taken")
        } catch {
            #expect(error.description.contains(complaint), "\(error.description)")
        }
    }

    @Test("a field that is there twice is refused")
    func twice() {
        let step = JSONValue.object([.init("wait", .object([.init("for", "1s"), .init("for", "2s")]))])
        #expect(throws: StepFault(nil, "wait.for is there twice")) { try Step(Written(step)) }
    }

    @Test("what may be short may be long")
    func short() throws {
        func words(_ json: JSONValue) throws -> String { try Step(Written(json)).description }
        #expect(try words(["wait": "2s"]) == words(["wait": ["for": "2s"]]))
        #expect(try words(["kill": "router"]) == words(["kill": ["name": "router"]]))
        #expect(try words(["save": "desk"]) == words(["save": ["app": "desk"]]))
        #expect(try words(["clock": "+15m"]) == words(["clock": ["advance": "+15m"]]))
        #expect(try words(["fault": "down"]) == words(["fault": ["kind": "down", "all": true]]))
        #expect(try words(["say": "hi"]) == words(["say": ["text": "hi"]]))
    }
}
