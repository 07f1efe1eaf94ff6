import System
import WeCom

extension Step: CustomStringConvertible {
    package var description: String {
        switch self {
        case .say(let saying): "say \(saying)"
        case .click(let click): "click \(click.button.quotedLine)\(click.who)"
        case .enter(let who): "enter\(who)"
        case .save(let who): "save\(who)"
        case .fault(let order): "fault \(order)"
        case .clock(.ahead(let duration)):
            "clock \(duration < .zero ? "-" : "+")\((duration < .zero ? .zero - duration : duration).short)"
        case .clock(.real): "clock 0"
        case .kill(let name): "kill \(name)"
        case .start(let name): "start \(name)"
        case .expect(let expectation): "expect \(expectation)"
        case .expectNothing(let expectation): "expect_nothing \(expectation)"
        case .wait(let duration): "wait \(duration.short)"
        }
    }
}

extension Step.Who: CustomStringConvertible {
    package var description: String {
        (user.map { " as \($0)" } ?? "") + (party.map { " at \($0)" } ?? "")
    }
}

extension Step.Saying: CustomStringConvertible {
    package var description: String { "\(content)\(who)" + (chat.map { " in \($0)" } ?? "") }
}

extension Step.Saying.Content: CustomStringConvertible {
    package var description: String {
        switch self {
        case .text(let text): text.quotedLine
        case .file(let kind, .path(let path)): "\(kind.rawValue) \(path.quotedLine)"
        case .file(let kind, .given(let name, _)): "\(kind.rawValue) \(name.quotedLine)"
        case .voice(let words): "voice \(words.quotedLine)"
        case .location(let location): "location \((location.label ?? "").quotedLine)"
        }
    }
}

extension FaultOrder: CustomStringConvertible {
    package var description: String {
        let of: String =
            switch scope {
            case .all: ""
            case .party(let name): " of \(name)"
            case .corp(let corp): " of \(corp)"
            }
        return kind.rawValue + of + (times.map { " ×\($0)" } ?? "")
    }
}
