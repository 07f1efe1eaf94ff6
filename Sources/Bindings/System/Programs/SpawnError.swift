internal import CLinux

/// The reason why a program was not started.
package enum SpawnError: Error, Sendable, Equatable {
    /// No such file, neither as a path nor in any directory of the search path.
    case notFound(program: String, searched: String?)
    /// The file is there, but not what its first line (`#!…`) or its header names to run it with.
    case noInterpreter(program: String)
    /// `isShutIn` says that it may be the sandbox that keeps it from being read.
    case notExecutable(program: String, SystemError, isShutIn: Bool = false)
    case noDirectory(String, SystemError)
    case noUser(String, SystemError)
    case limitRefused(String, SystemError)
    /// The program would not have been shut in.
    case noSandbox(SystemError)
    /// The start itself makes no sense.
    case unacceptable(String)
    /// The limit of programs that run at a time is reached.
    case tooMany(limit: Int)
    /// The spawner failed, not the program: another try may work.
    case unavailable(String)
    case closed
}

extension SpawnError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let program, nil): "\(program): there is no such file"
        case .notFound(let program, let path?): "\(program): there is no such program in \(path)"
        case .noInterpreter(let program): "\(program): what its first line names to run it with is not there"
        case .notExecutable(let program, let error, true) where error.isNotPermitted:
            "\(program) cannot be run: \(error.message): it may lie where the sandbox hides what is ours; `readable` opens it"
        case .notExecutable(let program, let error, _): "\(program) cannot be run: \(error.message)"
        case .noDirectory(let directory, let error):
            "the working directory \(directory) cannot be used: \(error.message)"
        case .noUser(let user, let error): "a program cannot be run as the user \(user): \(error.message)"
        case .noSandbox(let error) where error.number == E2BIG:
            "the sandbox needs more than \(SandboxRules.most) rules: move what is ours out of the directory with so many"
                + " entries, or write sandbox: false"
        case .noSandbox(let error): "the sandbox cannot be set up: \(error.message)"
        case .limitRefused(let limit, let error): "the limit \(limit) cannot be set: \(error.message)"
        case .unacceptable(let reason): reason
        case .tooMany(let limit): "\(limit) programs are running, which is as many as may"
        case .unavailable(let reason): "no program can be started: \(reason)"
        case .closed: "no more programs are started"
        }
    }
}

/// The step at which a start stopped: what a child tells of its failure, by numbers.
struct StartFailure: Error, Equatable {
    enum Stage: UInt8 {
        case fork, streams, memory, processorTime, openFiles, niceness, user, directory, find, interpreter, execute,
            sandbox
    }

    let stage: Stage
    let number: Int32

    init(_ stage: Stage, number: Int32 = clinux_errno()) {
        self.stage = stage
        self.number = number
    }
}

extension SpawnError {
    /// The failure in terms of what was to be started.
    init(_ failure: StartFailure, of start: ProgramStart) {
        let error = SystemError("\(failure.stage)", number: failure.number)
        switch failure.stage {
        case .fork, .streams: self = .unavailable(error.description)
        case .memory: self = .limitRefused("memory", error)
        case .processorTime: self = .limitRefused("processor time", error)
        case .openFiles: self = .limitRefused("open files", error)
        case .niceness: self = .limitRefused("niceness", error)
        case .user: self = .noUser(start.user?.name ?? "", error)
        case .directory: self = .noDirectory(start.directory, error)
        case .find:
            let isPath = start.program.utf8.contains(UInt8(ascii: "/"))
            self = .notFound(program: start.program, searched: isPath ? nil : start.searchPath)
        case .interpreter: self = .noInterpreter(program: start.program)
        // It is being replaced, or the machine has no room for one more: that passes.
        case .execute where [ETXTBSY, EAGAIN, ENOMEM].contains(failure.number):
            self = .unavailable("\(start.program): \(error.message)")
        case .execute: self = .notExecutable(program: start.program, error, isShutIn: start.sandbox != nil)
        case .sandbox: self = .noSandbox(error)
        }
    }
}
