import Lifecycle
import Router
import System

extension ACPProcess {
    /// Ends it: closes its input, and signals what has not ended by then. Returns when nothing of it is left.
    func stop(by ladder: StopLadder? = nil, after grace: Duration? = nil) async {
        connection.beginStop()
        outgoing.finish()
        let isOver =
            ladder == .kill ? false : await program.reached(.nothingLeft, within: grace ?? command.grace)
        if !isOver { await program.stop(ladder ?? command.ladder) }
        await gone.waitThroughCancellation()
    }

    /// Ends it by signals at once. Returns when nothing of it is left.
    func signal() async { await stop(by: command.ladder, after: .zero) }

    /// The program has closed its output, which is the end of it. Returns when nothing of it is left.
    func noteEnd() async {
        let wasStopped = connection.life != .running
        connection.beginStop()
        let end = await program.end(within: command.grace)
        let complaint = await program.lastComplaint(without: secrets)
        outgoing.finish()
        await perform(connection.ended(ACPEnded(end: end, complaint: complaint, wasStopped: wasStopped)))
    }
}

extension StopLadder {
    /// The ladder for when we go down.
    static let brief = StopLadder([.init(.terminate, grace: .milliseconds(500))])
}
