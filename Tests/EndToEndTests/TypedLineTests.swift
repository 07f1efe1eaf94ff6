import Foundation
import RouterServer
import Simulator
import Testing
import WeCom

@Suite("What is typed at the demo and the simulator", .timeLimit(.minutes(5))) struct TypedLineTests {
    @Test(
        "words are said as they stand, whatever they begin with",
        arguments: ["你好", ":)", ":-D", ": spaced", "::image x", ":2", " :image x"])
    func words(line: String) { #expect(TypedLine(line) == .say(line)) }

    @Test("a colon and a name begin a command")
    func commands() throws {
        #expect(TypedLine(":image my pictures/a b.png") == .send(.image, path: "my pictures/a b.png"))
        #expect(TypedLine(":voice a.amr") == .send(.voice, path: "a.amr"))
        #expect(TypedLine(":enter") == .enter)
        #expect(TypedLine(":help") == .help)
        #expect(TypedLine(":click 2") == .press(2, choosing: []))
        #expect(TypedLine(":click 1 a b") == .press(1, choosing: ["a", "b"]))
        let place = try #require(InboundMessage.Coordinates(latitude: 23.1, longitude: -113.3))
        #expect(TypedLine(":location 23.1,-113.3 天河区 1 号") == .location(.init(place, scale: 15, label: "天河区 1 号")))
        #expect(TypedLine(":location 23.1,-113.3") == .location(.init(place, scale: 15)))
    }

    @Test(
        "a command that is not understood is told apart from words",
        arguments: [
            ":image", ":imag x", ":click", ":click yes", ":click 0", ":location", ":location 91,0", ":location x,y",
        ])
    func wrong(line: String) {
        guard case .wrong(let why) = TypedLine(line) else {
            Issue.record("\(line) was taken for \(TypedLine(line))")
            return
        }
        #expect(why.hasPrefix(line.prefix { $0 != " " }))
    }

    @Test("the demo says what can be typed, posts an event, and goes on after a wrong line")
    func demo() async throws {
        try await withDirectory { directory in
            let program = try Program("demo", in: directory)
            program.input.write(Data(":help\n:enter\n:file no/such/file\n:click 1\nafterwards\n".utf8))
            let ending = await program.finish()
            #expect(ending.output.contains(":location LATITUDE,LONGITUDE"))
            #expect(ending.output.contains("no/such/file: "))
            #expect(ending.output.contains("no card with a button has come yet"))
            #expect(ending.output.contains("\nafterwards\n"))
            #expect(ending.status != 0, "not every line was answered")
        }
    }
}
