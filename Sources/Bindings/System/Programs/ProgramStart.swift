/// A program to be started: all that it is given, and nothing that it could inherit.
package struct ProgramStart: Sendable, Equatable {
    /// A path (relative ones begin at `directory`), or a name that is looked for in the `PATH` of `environment`.
    package var program: String
    /// Seen by everybody in the list of processes: never what a person wrote, never a secret.
    package var arguments: [String]
    /// The whole environment. Values may be secret and stand in no error.
    package var environment: [String: String]
    package var directory: String
    /// The user that it runs as; nil for our own. Only root may name another.
    package var user: SystemUser?
    package var limits: ProgramLimits
    /// The sandbox that it is shut into; nil for none, so that it may do what its user may.
    package var sandbox: Sandbox?

    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String], in directory: String,
        user: SystemUser? = nil, limits: ProgramLimits = ProgramLimits(), sandbox: Sandbox? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.user = user
        self.limits = limits
        self.sandbox = sandbox
    }
}

/// The limits of a program. Each holds for each of its processes alone, not for all of them together.
package struct ProgramLimits: Sendable, Equatable {
    /// Bytes of address space. Runtimes that reserve much more than they use, as Node.js does, need gigabytes of it.
    package var memory: Int?
    /// Seconds on a processor, after which the system sends SIGXCPU and, a second later, SIGKILL.
    package var processorSeconds: Int?
    /// Open files, which a program may raise again: ours would be too many for some.
    package var openFiles = 1024
    /// From -20 (first) to 19 (last); nil for that of the loop which starts it. Only root may go below that.
    package var niceness: Int?

    package init() {}
}

extension ProgramStart: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the environment, in which secrets stand.
    package var description: String { "\(program) in \(directory)" }
    package var debugDescription: String { description }
}

extension ProgramStart {
    /// The directories in which a name without a slash is looked for.
    var searchPath: String { environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

    /// Refuses what the system could not be told: a NUL ends a text there, a `=` the name of a variable.
    func check() throws(SpawnError) {
        guard !program.isEmpty else { throw .unacceptable("there is no program to start") }
        let texts = [("the program", program), ("the directory", directory)] + arguments.map { ("an argument", $0) }
        for path in sandbox.map({ $0.hidden + $0.readable + $0.writable }) ?? [] where path.utf8.contains(0) {
            throw .unacceptable("a path of the sandbox contains a NUL")
        }
        for (what, text) in texts where text.utf8.contains(0) { throw .unacceptable("\(what) contains a NUL") }
        for (name, value) in environment {
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
                throw .unacceptable("\(name.debugDescription) cannot be the name of a variable")
            }
            guard !value.utf8.contains(0) else { throw .unacceptable("the variable \(name) contains a NUL") }
        }
    }
}
