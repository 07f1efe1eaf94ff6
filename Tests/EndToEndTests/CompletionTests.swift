import Foundation
import ProgramTesting
import Testing

@testable import RouterServer

@Suite("wecom-router completion", .timeLimit(.minutes(5))) struct CompletionTests {
    @Test("every command, verb and option is in the completion of each shell", arguments: Shell.allCases)
    func everything(shell: Shell) {
        let text = shell.completion
        for command in Commands.all {
            #expect(text.contains(command.name))
            for verb in command.help.verbs { #expect(text.contains(verb), "\(command.name) \(verb)") }
            for option in command.help.options {
                let name = shell == .fish ? "-l \(option.name.dropFirst(2)) " : option.name
                #expect(text.contains(name), "\(command.name) \(option.name)")
            }
        }
    }

    @Test("the help of a command names its verbs and options, with what they take")
    func description() {
        #expect(JobsCommand.help.verbs == ["list", "show", "cancel", "retry"])
        #expect(SecretCommand.help.verbs == ["encrypt", "rotate", "key"])
        #expect(CompletionCommand.help.verbs == ["bash", "zsh", "fish"] && ServeCommand.help.verbs == [])
        #expect(ImportCommand.help.takesFile && !JobsCommand.help.takesFile)
        #expect(SendCommand.help.flags.contains("--all") && SendCommand.help.valued.contains("--to"))
        let state = JobsCommand.help.options.first { $0.name == "--state" }
        #expect(state?.words == ["ready", "running", "waiting", "done", "failed", "cancelled"])
        for command in Commands.all { #expect(command.help.text.hasPrefix("Usage: wecom-router \(command.name)")) }
    }

    @Test("bash takes what is printed, and completes commands, verbs, options, words and files by it")
    func bash() async throws {
        try await withDirectory { directory in
            try Shell.bash.completion.write(toFile: "\(directory)/completion", atomically: true, encoding: .utf8)
            try "".write(toFile: "\(directory)/their.toml", atomically: true, encoding: .utf8)
            #expect(try await output(of: "bash -n completion", in: directory) == "")
            func completed(_ words: String...) async throws -> [String] {
                let line = words.map { "'\($0)'" }.joined(separator: " ")
                let script = """
                    . ./completion
                    COMP_WORDS=(wecom-router \(line)); COMP_CWORD=\(words.count)
                    _wecom_router 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}"
                    """
                try script.write(toFile: "\(directory)/ask", atomically: true, encoding: .utf8)
                return try await output(of: "bash ask", in: directory).split(separator: "\n").map(String.init)
            }
            #expect(
                try await completed("se")
                    == ["send", "sessions", "secret", "serve"].sorted { a, b in
                        let names = Commands.names
                        return (names.firstIndex(of: a) ?? 0) < (names.firstIndex(of: b) ?? 0)
                    })
            #expect(try await completed("jobs", "") == ["list", "show", "cancel", "retry"])
            #expect(try await completed("jobs", "list", "--st") == ["--state"])
            #expect(try await completed("jobs", "--state", "r") == ["ready", "running"])
            #expect(try await completed("jobs", "--state", "=", "r") == ["ready", "running"])
            #expect(try await completed("import", "the") == ["their.toml"])
            #expect(try await completed("check", "--config", "the") == ["their.toml"])
            #expect(try await completed("--con") == ["--config"])
            #expect(try await completed("completion", "f") == ["fish"])
            #expect(try await completed("help", "rel") == ["reload"])
        }
    }

    @Test("zsh and fish take what is printed, where they are installed", arguments: [Shell.zsh, .fish])
    func others(kind: Shell) async throws {
        try await withDirectory { directory in
            try kind.completion.write(toFile: "\(directory)/completion", atomically: true, encoding: .utf8)
            let isThere = try await output(of: "command -v \(kind.rawValue) || true", in: directory)
            guard !isThere.isEmpty else { return }
            #expect(try await output(of: "\(kind.rawValue) -n completion 2>&1", in: directory) == "")
            if kind == .fish {
                let found = try await output(
                    of: "fish -c 'source completion; complete -C \"wecom-router jobs --sta\"' 2>&1", in: directory)
                #expect(found.hasPrefix("--state\t"), "\(found)")
            }
        }
    }

    @Test("a shell that is not known is refused with those that are")
    func unknown() async throws {
        try await withDirectory { directory in
            let done = try await Program("completion", "basch", in: directory).finish()
            #expect(done.status == 2 && done.errors.contains("did you mean bash?"))
            let help = try await Program("--version", in: directory).finish()
            #expect(help.status == 0 && help.output.hasPrefix("wecom-router 0."))
        }
    }
}
