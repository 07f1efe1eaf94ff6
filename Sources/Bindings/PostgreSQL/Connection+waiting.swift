internal import CLibPQ
internal import System

extension Connection {
    /// Sends what waits and takes the answers to all of it; the last is what was asked. The first refusal is thrown: what was sent
    /// behind it was not done.
    func hear() throws(PostgresError) -> Rows {
        guard unsafe PQpipelineSync(handle) == 1 else { throw failure() }
        let asked = pipeline.unheard
        pipeline.unheard = []
        var last: Rows?
        var (refusal, heard) = (PostgresError?.none, 0)
        while true {
            let sql = heard < asked.count ? asked[heard] : asked.last
            let rows: Rows?
            do {
                rows = try next(sql)
            } catch {
                // What a server says before it goes is worth more than that it is gone.
                throw refusal ?? error
            }
            guard let rows else {
                // What one statement says is followed by a pause.
                heard += 1
                guard heard <= asked.count + 1 else { throw failure(in: sql) }
                continue
            }
            let status = rows.status
            switch status {
            case PGRES_PIPELINE_SYNC:
                confirmNames(refusal == nil)
                if let refusal { throw refusal }
                guard !pipeline.isOutdated else {
                    pipeline.isBroken = true
                    throw .isOutdated
                }
                guard let last = last.take() else { preconditionFailure("something was asked") }
                return last
            case PGRES_PIPELINE_ABORTED: break
            case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR:
                if refusal == nil { refusal = rows.error(in: sql?.description) }
                if refusal?.kind == .disconnected { pipeline.isBroken = true }
            default: last = consume rows
            }
        }
    }

    /// The next result; nil for the pause between two statements', or behind a script.
    func next(_ sql: StaticString?) throws(PostgresError) -> Rows? {
        try waitForResult(of: sql)
        guard let result = unsafe PQgetResult(handle) else {
            if unsafe PQstatus(handle) == CONNECTION_BAD { throw failure(in: sql) }
            return nil
        }
        return unsafe Rows(owning: result)
    }

    private func confirmNames(_ areThere: Bool) {
        if !areThere {
            if pipeline.isForgetting || !pipeline.unconfirmed.isEmpty { pipeline.hasLostStatements = true }
            for address in pipeline.unconfirmed { pipeline.names[address] = nil }
        }
        pipeline.unconfirmed = []
        pipeline.isForgetting = false
    }

    private func waitForResult(of sql: StaticString?) throws(PostgresError) {
        while true {
            let flushed = unsafe PQflush(handle)
            // What the server said last is worth reading, also when it takes nothing more.
            if unsafe flushed < 0 && PQconsumeInput(handle) == 0 { throw failure(in: sql) }
            if unsafe PQisBusy(handle) == 0 { return }
            guard let milliseconds = pipeline.millisecondsLeft else { throw lateness(in: sql) }
            let happened = unsafe clibpq_wait(PQsocket(handle), flushed > 0 ? 1 : 0, -1, milliseconds)
            if unsafe happened & 1 != 0 && PQconsumeInput(handle) == 0 { throw failure(in: sql) }
        }
    }
}
