/// An agent as the configuration sets it up: who answers, and how long it may take.
package struct AgentSetup: Sendable {
    package let agent: any Agent
    package let limits: TurnLimits

    package init(_ agent: any Agent, limits: TurnLimits = TurnLimits()) {
        self.agent = agent
        self.limits = limits
    }
}
