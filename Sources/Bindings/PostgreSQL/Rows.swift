internal import CLibPQ

/// The result of a statement, which frees itself.
@safe struct Rows: ~Copyable {
    private let result: OpaquePointer

    init(owning result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(result) }

    var status: ExecStatusType { unsafe PQresultStatus(result) }

    var count: Int32 { unsafe PQntuples(result) }

    subscript(number: Int32) -> Row { unsafe Row(number, of: result) }

    /// The number of rows that an `INSERT`, `UPDATE` or `DELETE` has changed.
    var changed: Int { unsafe Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// The command that was done, as in `COMMIT`.
    var command: String { unsafe String(cString: PQcmdStatus(result)) }

    /// The refusal that it is.
    func error(in sql: String?) -> PostgresError {
        let code = unsafe clibpq_sqlstate(result).map { unsafe String(cString: $0) }
        let message = unsafe clibpq_message(result).map { unsafe String(cString: $0) }
        // That a transaction can write nothing is said in another way by a server that is a standby now.
        let isStandby = code == "0A000" && sql.map { $0.utf8.starts(with: "BEGIN".utf8) } ?? false
        return PostgresError(
            isStandby ? .disconnected : code.map(PostgresError.Kind.init(code:)) ?? .disconnected, code: code,
            message: message ?? "the connection broke", sql: sql)
    }
}
