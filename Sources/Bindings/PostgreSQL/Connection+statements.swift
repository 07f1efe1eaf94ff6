internal import CLibPQ
internal import System

/// The moment at which the server plans a statement.
package enum Planning: Sendable {
    /// Once, for a statement that there is only one good way of doing.
    case once
    /// Each second, and each time where it is seldom: a statement about many rows, for which a plan that was made while there were none
    /// would be kept. To think takes longer than to do it.
    case anew
}

extension Connection {
    /// Has a statement done, whose result nobody waits for: its refusal comes with whatever is asked next.
    package func send<each Value: Bindable>(
        _ sql: StaticString, planned: Planning = .once, _ values: repeat each Value
    ) throws(PostgresError) {
        try enqueue(sql, Parameters(repeat each values), planned)
    }

    /// Runs a statement to its end; the number of rows an `INSERT`, `UPDATE` or `DELETE` has changed.
    @discardableResult
    package func run<each Value: Bindable>(
        _ sql: StaticString, planned: Planning = .once, _ values: repeat each Value
    ) throws(PostgresError) -> Int {
        try enqueue(sql, Parameters(repeat each values), planned)
        return try hear().changed
    }

    /// The first row, as `read` sees it; nil when there is none.
    package func first<Result, each Value: Bindable>(
        _ sql: StaticString, planned: Planning = .once, _ values: repeat each Value,
        read: (borrowing Row) throws -> Result
    ) throws -> Result? {
        try enqueue(sql, Parameters(repeat each values), planned)
        let rows = try hear()
        return rows.count > 0 ? try read(rows[0]) : nil
    }

    /// Every row, as `read` sees it. The bound is the statement's `LIMIT`.
    package func all<Result, each Value: Bindable>(
        _ sql: StaticString, planned: Planning = .once, _ values: repeat each Value,
        read: (borrowing Row) throws -> Result
    ) throws -> [Result] {
        try enqueue(sql, Parameters(repeat each values), planned)
        let rows = try hear()
        var results: [Result] = []
        results.reserveCapacity(Int(rows.count))
        for number in 0..<rows.count { results.append(try read(rows[number])) }
        return results
    }

    /// Waits until what was sent is done.
    package func settle() throws(PostgresError) {
        if !pipeline.unheard.isEmpty { _ = try hear() }
    }
}

// MARK: Sending

extension Connection {
    private func enqueue(
        _ sql: StaticString, _ parameters: Parameters, _ planning: Planning
    ) throws(PostgresError) {
        guard !isBroken else { throw failure(in: sql) }
        let isSent =
            if pipeline.isNaming { try sendNamed(sql, parameters, planning) } else { sendUnnamed(sql, parameters) }
        guard isSent else { throw failure(in: sql) }
        pipeline.unheard.append(sql)
    }

    private func sendNamed(
        _ sql: StaticString, _ parameters: Parameters, _ planning: Planning
    ) throws(PostgresError) -> Bool {
        let address = unsafe UInt(bitPattern: sql.utf8Start)
        let name: String
        if let known = pipeline.names[address], planning == .once || known.isFresh {
            name = known.name
        } else {
            if let old = pipeline.names.removeValue(forKey: address) { try forget(old) }
            name = try prepare(sql, parameters).name
        }
        return unsafe parameters.withPointers { values, lengths, formats in
            unsafe PQsendQueryPrepared(handle, name, parameters.count, values, lengths, formats, 1) == 1
        }
    }

    private func prepare(_ sql: StaticString, _ parameters: Parameters) throws(PostgresError) -> PreparedStatement {
        pipeline.made += 1
        let made = PreparedStatement(name: "s\(pipeline.made)", madeAt: .now)
        guard unsafe PQsendPrepare(handle, made.name, sql.text, parameters.count, parameters.types) == 1 else {
            throw failure(in: sql)
        }
        let address = unsafe UInt(bitPattern: sql.utf8Start)
        pipeline.names[address] = made
        pipeline.unconfirmed.append(address)
        pipeline.unheard.append(sql)
        return made
    }

    private func forget(_ statement: PreparedStatement) throws(PostgresError) {
        pipeline.isForgetting = true
        try deallocate(statement.name)
    }

    /// Begins without prepared statements, where a failure left open which of them there are. Not within a transaction: one that has
    /// failed takes nothing.
    func forgetLostStatements() throws(PostgresError) {
        guard pipeline.hasLostStatements else { return }
        pipeline.names = [:]
        pipeline.hasLostStatements = false
        try deallocate("ALL")
    }

    private func deallocate(_ what: String) throws(PostgresError) {
        let sql: StaticString = "DEALLOCATE"
        let isSent = unsafe PQsendQueryParams(handle, "DEALLOCATE \(what)", 0, nil, nil, nil, nil, 1) == 1
        guard isSent else { throw failure(in: sql) }
        pipeline.unheard.append(sql)
    }

    private func sendUnnamed(_ sql: StaticString, _ parameters: Parameters) -> Bool {
        unsafe parameters.withPointers { values, lengths, formats in
            unsafe PQsendQueryParams(
                handle, sql.text, parameters.count, parameters.types, values, lengths, formats, 1) == 1
        }
    }
}

extension StaticString {
    /// The text as C has it: a literal ends with a zero.
    fileprivate var text: UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
