/// The reason why there is no configuration to start with. Its text is for the person at the terminal; the exit status
/// is that of `ExitStatus.configuration`.
package enum ConfigurationError: Error, Equatable, Sendable {
    /// Everything that is wrong, in the order of the file.
    case faults([Fault], warnings: [Fault])
    /// The file that was asked for cannot be read.
    case unreadable(String)
    /// There is no file and no variable that would name an app.
    case nothing
}

extension ConfigurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .faults(let faults, let warnings): Self.report(faults, warnings)
        case .unreadable(let reason): "cannot read \(reason)"
        case .nothing: Self.whatToWrite
        }
    }

    /// The faults, one a line, without advice on how to begin.
    var lines: [String] {
        switch self {
        case .faults(let faults, _): faults.prefix(Self.printedFaults).map(\.description)
        case .unreadable(let reason): [reason]
        case .nothing: ["there is no configuration any more"]
        }
    }

    private static let printedFaults = 200

    private static func report(_ faults: [Fault], _ warnings: [Fault]) -> String {
        var lines = faults.prefix(printedFaults).map(\.description)
        lines += warnings.prefix(printedFaults).map { "\($0.place): warning: \($0.message)" }
        let faultCount = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
        lines.append("\(faultCount). To look around without a file: wecom-router demo")
        return lines.joined(separator: "\n")
    }

    private static let whatToWrite = """
        there is no configuration. To look around, `wecom-router demo` needs none.

        To serve, write config.yaml (or name another file with --config or WECOM_ROUTER_CONFIG):

            agents:
              helper: { kind: echo }
            apps:
              - name: my-app
                corp_id: ww…
                corp_secret: ${MY_APP_SECRET}
                agent_id: 1000002
                token: ${MY_APP_TOKEN}
                encoding_aes_key: ${MY_APP_AES_KEY}
                allow_all_users: true

        or set, for one app and without a file:

            WECOM_CALLBACK_CORP_ID, WECOM_CALLBACK_CORP_SECRET, WECOM_CALLBACK_AGENT_ID, WECOM_CALLBACK_TOKEN,
            WECOM_CALLBACK_ENCODING_AES_KEY, WECOM_CALLBACK_ALLOWED_USERS (or WECOM_CALLBACK_ALLOW_ALL_USERS=true)
            and WECOM_ROUTER_AGENT=echo; or =openai with WECOM_ROUTER_AGENT_BASE_URL, _MODEL and _API_KEY; or =http with
            _URL and _SECRET; or =command with _COMMAND
        """
}
