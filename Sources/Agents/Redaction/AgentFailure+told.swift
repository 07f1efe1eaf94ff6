import Router

extension AgentFailure {
    /// The same as it may be told: without secrets, on one line that can be read.
    func told(without secrets: Redaction) -> AgentFailure {
        AgentFailure(
            kind, secrets.hidden(in: reason).onOneLine(), retryAfter: retryAfter, partialText: partialText,
            isForPeople: isForPeople)
    }
}

extension AgentProbe {
    func told(without secrets: Redaction) -> AgentProbe {
        AgentProbe(
            description.map { secrets.hidden(in: $0).onOneLine(atMost: 200) },
            troubles: troubles.map { trouble in
                Trouble(
                    secrets.hidden(in: trouble.reason).onOneLine(), advice: trouble.advice, key: trouble.key)
            })
    }
}
