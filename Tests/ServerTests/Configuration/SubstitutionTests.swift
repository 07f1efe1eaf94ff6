import RouterServer
import Testing
import WeCom

@Suite struct SubstitutionTests {
    @Test(
        "variables are put into any value",
        arguments: [
            ("${A}", "1"), ("x${A}y${A}", "x1y1"), ("${NONE:-d}", "d"), ("${EMPTY:-d}", "d"), ("x${EMPTY}", "x"),
            ("$${A}", "${A}"), ("a$b", "a$b"), ("$", "$"), ("${A:-d}", "1"), ("x${NONE:-}", "x"), ("${NESTED}", "${A}"),
        ]
    )
    func putIn(written: String, text: String) throws {
        let environment = ["A": "1", "EMPTY": "", "NESTED": "${A}"]
        let configuration = try loadConfiguration(ConfigurationSample.own(token: "\"\(written)\""), environment)
        #expect(configuration.apps[0].token.reveal() == text)
    }

    @Test("a number may come from a variable")
    func number() throws {
        let yaml = ConfigurationSample.own(agentID: "${ID}", after: "server: { port: \"${PORT:-7000}\" }")
        let configuration = try loadConfiguration(yaml, ["ID": "7"])
        #expect(configuration.apps[0].agentID == AgentID(7) && configuration.server.port == 7000)
    }

    @Test(
        "a reference that cannot be followed is a fault",
        arguments: [
            ("${NONE}", "apps[0].token needs the environment variable NONE, which is not set"),
            ("${", "apps[0].token has a ${ without its }: write ${NAME}, or $${ for the characters themselves"),
            ("${1}", "apps[0].token has a ${…} that names no variable: write ${NAME} or ${NAME:-default}"),
            ("${A:d}", "apps[0].token has a ${…} that names no variable: write ${NAME} or ${NAME:-default}"),
        ]
    )
    func fault(written: String, fault: String) throws {
        #expect(
            try configurationFaults(ConfigurationSample.own(token: "\"\(written)\"")) == ["config.yaml:7:12: \(fault)"]
        )
    }

    @Test("a reference within braces needs quotes, and the fault says so")
    func withinBraces() throws {
        let told = try configurationFaults("server: { port: ${PORT} }")
        #expect(told == ["config.yaml:1:18: is a ${…} within { } or [ ]: put the value in quotes"])
    }

    @Test("every variable that lacks is told, also when one value needs two")
    func two() throws { #expect(try configurationFaults(ConfigurationSample.own(token: "\"${A}${B}\"")).count == 2) }
}
