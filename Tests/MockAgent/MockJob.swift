import JSON
import System

/// A script that speaks `jsonl`: `job SCENARIO`.
enum MockJob {
    static func run(_ words: [String]) {
        guard let input = Wire.hear() else { Wire.end(1, "no input") }
        switch words.first {
        case "echo": Wire.say(["text": .string(input.text), "type": "final"])
        case "approval":
            Wire.say(
                #"{"id":7,"title":"部署？","detail":"生产环境","options":[{"id":"yes","label":"部署","style":"encouraged"},{"id":"no","label":"算了","style":"dangerous"}],"type":"approval"}"#
            )
            Wire.say(["text": .string(Wire.hear()?.text ?? "the input ended"), "type": "final"])
        case "files":
            makeFile("out/chart.png")
            makeFile("outbox/left.txt")
            Wire.say(#"{"path":"out/chart.png","name":"图.png","type":"file"}"#)
            Wire.say(#"{"text":"完成，见[图](out/chart.png)。","session":"abc","type":"final"}"#)
        case "flood":
            for number in 0..<10_000 { Wire.say(["text": .string("\(number) "), "type": "delta"]) }
            Wire.say(#"{"type":"final"}"#)
        case "error": Wire.say(#"{"class":"refused","message":"不回答","type":"error"}"#)
        case "hang":
            Wire.say(#"{"session":{"n":1},"type":"started"}"#)
            Wire.sleepForEver()
        default: Wire.end(1, "there is no scenario \(words)")
        }
    }
}
