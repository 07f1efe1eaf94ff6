import HTML
import HTTP
import Pages
import Simulator
import Text
import WeCom

extension Playground {
    /// Does what a form asks for. The page's script is answered with nothing, or with why it was not done; without script the
    /// page is shown again.
    func answer(_ act: String, _ request: HTTPRequest) -> HTTPResponse {
        guard let form = PostedForm(request) else { return .text(.badRequest, "no form\n") }
        if act == "look" { return .seeOther(form.fields["back"] ?? "/", cookies: Look.cookies(choosing: form.fields)) }
        guard let viewer = Viewer(as: form.fields["as"], chat: form.fields["chat"], in: roster) else {
            return .text(.notFound, "there is nobody here\n")
        }
        do throws(Refused) {
            guard try perform(act, form, as: viewer) else { return .text(.notFound, "no such act\n") }
        } catch {
            return error.answer(.unprocessableContent, to: request, back: viewer.address())
        }
        if request.isFromScript { return HTTPResponse(.noContent, headers: .ofPages) }
        return .seeOther(viewer.address(with: form.fields["view"].map { "&view=\(percentEncoded($0))" } ?? ""))
    }

    /// False for an act that there is not.
    private func perform(_ act: String, _ form: PostedForm, as viewer: Viewer) throws(Refused) -> Bool {
        let fields = form.fields
        switch act {
        case "say":
            // All of it or nothing: whoever presses again sends nothing twice.
            let files = try form.files.map { file throws(Refused) in try said(file, as: viewer) }
            let texts = try said(fields["text"] ?? "", as: viewer)
            for said in files + texts { post(said, as: viewer) }
        case "voice": try speak(fields["text"] ?? "", seconds: fields["seconds"].flatMap { Int($0) } ?? 5, as: viewer)
        case "place": try sendPlace(as: viewer)
        case "again": if let id = fields["entry"].flatMap({ Int($0) }) { sayAgain(id) }
        case "press":
            guard let id = fields["entry"].flatMap({ Int($0) }), let key = fields["key"] else { return false }
            press(key, inEntry: id, choices: fields.choices, as: viewer)
        case "rate":
            guard let id = fields["entry"].flatMap({ Int($0) }), let rating = fields["rating"].flatMap(Rating.init)
            else { return false }
            rate(rating, entry: id, as: viewer)
        case "enter": enter(as: viewer)
        case "read": read(as: viewer)
        case "fault":
            guard let fault = fields["fault"].flatMap(FaultSwitch.init) else { return false }
            let scope = fields["scope"].flatMap(FaultScope.init) ?? .app
            // Without a word about that, as where another setting is chosen, what is on stays on.
            let isOn = fields["on"].map { $0.isSame(as: "1") } ?? (setting(of: fault, scope, at: viewer) != nil)
            turn(fault, on: isOn, fields["setting"], scope, at: viewer)
        case "calm": clearFaults()
        case "forget":
            wecom.wire.clear()
            feed.note(.wireCleared)
        default: return false
        }
        return true
    }
}

extension Form {
    /// The ids chosen for each question of a card: fields whose names begin with `q:`.
    fileprivate var choices: [String: [String]] {
        var choices: [String: [String]] = [:]
        for name in Set(names) {
            if let question = name.after("q:") { choices[String(question)] = all(name) }
        }
        return choices
    }
}

/// A form as a browser posts it, with files or without.
private struct PostedForm {
    let fields: Form
    var files: [DroppedFile] = []

    init?(_ request: HTTPRequest) {
        let type = request.headers["Content-Type"]
        guard type?.begins(withAnyCaseOf: "multipart/form-data") == true else {
            fields = Form(request)
            return
        }
        guard let form = Multipart(request.body, contentType: type) else { return nil }
        var fields: [(name: String, value: String)] = []
        for part in form.parts {
            if let name = part.parameters["filename"] {
                // A field for files that holds none comes with an empty name.
                if !name.isEmpty { files.append(DroppedFile(name: name, bytes: Array(part.bytes))) }
            } else {
                fields.append((part.name, String(decoding: part.bytes, as: UTF8.self)))
            }
        }
        self.fields = Form(fields)
    }
}
