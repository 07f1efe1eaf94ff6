import Router
import System
import Text

extension CommandTalk {
    /// The message in, and all that comes out is the answer.
    func inText() async throws -> ProgramReply {
        let program = try await start(command)
        let interrupt: @Sendable () async -> Void = { [command] in await program.stop(command.ladder) }
        let input = Array(turn.prompt(naming: workspace.attachments).utf8)
        return try await program.conduct(stoppedBy: command, interrupt: interrupt) {
            async let _ = write(input, to: program)
            return try await listen(to: program)
        }
    }

    private func write(_ input: [UInt8], to program: RunningProgram) async {
        try? await program.write(input)
        await program.closeInput()
    }

    private func listen(to program: RunningProgram) async throws -> ProgramReply {
        var pieces = TextPieces()
        var said = BoundedText()
        while let bytes = try await program.read() {
            try await attendant.hear(.activity)
            let piece = pieces.take(bytes)
            said.append(piece)
            if !piece.isEmpty { try await attendant.hear(.text(piece)) }
        }
        said.append(pieces.finish())
        let end = await program.end(within: command.grace)
        guard end == .exited(0) else {
            throw failure(end, await program.lastComplaint(without: agent.secrets), said.text)
        }
        return ProgramReply(text: String(said.text.withoutSpaceAtEnd))
    }

    /// The complaint alone where there is one: it was written for whoever reads this.
    private func failure(_ end: ProgramEnd, _ complaint: String, _ said: String) -> AgentFailure {
        let failure = AgentFailure(end, complaint, otherwise: .transient, partialText: said)
        guard complaint.hasWords, case .exited = end else { return failure }
        return AgentFailure(failure.kind, complaint, partialText: said)
    }
}
