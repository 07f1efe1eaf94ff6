/// An agent as the configuration sets it up: who answers, how long it may take, how long it remembers.
package struct AgentSetup: Sendable {
    package let agent: any Agent
    package let limits: TurnLimits
    package let sessions: SessionLimits
    /// The time that a person has to answer one of its questions.
    package let questionTime: Duration

    package init(
        _ agent: any Agent, limits: TurnLimits = TurnLimits(), sessions: SessionLimits = SessionLimits(),
        questionTime: Duration = .seconds(15 * 60)
    ) {
        self.agent = agent
        self.limits = limits
        self.sessions = sessions
        self.questionTime = questionTime
    }
}
