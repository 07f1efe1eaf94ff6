import Agents
import RouterServer
import Testing
import WeCom

@Suite("Paths in a configuration") struct ConfigurationPathTests {
    private let program = """
        agents: { a: { kind: command, command: [./bin/agent, x], readable: [r, /R], writable: [w], sandbox: true } }
        """

    private func load(
        _ yaml: String, at path: String = "/etc/r/config.yaml", _ environment: [String: String] = [:],
        files more: [String: String] = [:]
    ) throws -> Configuration {
        var files = ConfigurationFiles.texts(more.merging([path: yaml]) { $1 })
        files.workingDirectory = { "/here" }
        return try Configuration.load(file: path, environment: environment, files: files, landlock: 7)
    }

    @Test("they lie beneath its directory: the store, secrets, what agents may read and write, and their programs")
    func beneath() throws {
        let yaml = ConfigurationSample.own(agents: program, after: "workers: { directory: work }")
            .replacing("corp_secret: hushhush", with: "corp_secret_file: ./s.txt")
        let configuration = try load(yaml, files: ["/etc/r/s.txt": "hushhush"])
        #expect(configuration.store.path == "/etc/r/data/router.db" && configuration.store.blobs == "/etc/r/data/blobs")
        #expect(configuration.workers.directory == "/etc/r/work")
        #expect(configuration.apps[0].corpSecret.reveal() == "hushhush")
        let command = try #require(configuration.agents["a"]?.program?.command)
        #expect(command.words == ["/etc/r/bin/agent", "x"])
        #expect(command.readable == ["/etc/r/r", "/R"] && command.writable == ["/etc/r/w"])
        #expect(configuration.secretFiles.contains("/etc/r/s.txt"))
    }

    @Test("absolute ones stay, and so does what a file in the working directory says")
    func absolute() throws {
        let yaml = ConfigurationSample.own(agents: program, after: "store: { url: 'sqlite:/v/r.db' }")
        #expect(try load(yaml).store.path == "/v/r.db")
        let here = try load(ConfigurationSample.own(agents: program), at: "config.yaml")
        #expect(here.store.path == "data/router.db")
        #expect(here.agents["a"]?.program?.command.program == "/here/bin/agent")
        #expect(try load(ConfigurationSample.own(), at: "conf/c.yaml").store.path == "conf/data/router.db")
    }

    @Test("a program that is no path is looked for in PATH, and a variable's path lies beneath the working directory")
    func others() throws {
        let yaml = ConfigurationSample.own(agents: "agents: { a: { kind: command, command: claude -p } }")
        #expect(try load(yaml).agents["a"]?.program?.command.words == ["claude", "-p"])
        let store = try load(ConfigurationSample.own(), ["WECOM_ROUTER_STORE_URL": "sqlite:d/r.db"]).store
        #expect(store.path == "d/r.db")
    }

    @Test(
        "a store that lies beneath the working directory since before stays in use, with a note, until there is another"
    )
    func movedStore() throws {
        let yaml = ConfigurationSample.own(after: "store: { url: 'sqlite:d/r.db' }")
        let old = try load(yaml, files: ["d/r.db": ""])
        #expect(old.store.path == "d/r.db")
        #expect(
            old.warnings.map(\.description) == [
                "/etc/r/config.yaml:10:15: store.url means /etc/r/d/r.db, beneath the configuration's directory, and a store lies at "
                    + "d/r.db, beneath the working directory: that one is used; move it, or write its absolute path"
            ])
        let moved = try load(yaml, files: ["d/r.db": "", "/etc/r/d/r.db": ""])
        #expect(moved.store.path == "/etc/r/d/r.db" && moved.warnings == [])
        let unwritten = try load(ConfigurationSample.own(), files: ["data/router.db": ""])
        #expect(unwritten.store.path == "data/router.db" && unwritten.warnings.count == 1)
    }

    @Test("a script beside the configuration that a program is to run is told to be out of its sight")
    func scripts() throws {
        let yaml = ConfigurationSample.own(agents: "agents: { a: { kind: command, command: [/py, -u, agent.py] } }")
        let told = try load(yaml, files: ["/etc/r/agent.py": ""]).warnings.map(\.message)
        #expect(
            told.contains { $0.hasSuffix("it works in the directory of its conversation; write /etc/r/agent.py") },
            "\(told)")
        #expect(try load(yaml).warnings.allSatisfy { !$0.message.contains("agent.py") })
    }
}
