import RouterServer
import TestSupport
import Testing
import WeCom

@Suite struct EnvironmentFileTests {
    private let yaml = ConfigurationSample.own().replacing("corp_secret: hushhush", with: "corp_secret: ${DEPT_SECRET}")

    private func secret(in file: String, _ environment: [String: String] = [:]) throws -> String {
        try loadConfiguration(yaml, environment, files: [".env": file]).apps[0].corpSecret.reveal()
    }

    @Test(
        "variables are read from a .env beside the configuration, however they are written",
        arguments: [
            "DEPT_SECRET=hushhush", "export DEPT_SECRET=hushhush\n",
            "# a remark\n\n  DEPT_SECRET = hushhush  # another\r\n",
            "\u{FEFF}DEPT_SECRET='hushhush'\r\nOTHER=1\r\n", "DEPT_SECRET=\"hushhush\" # x",
            "DEPT_SECRET=x\nDEPT_SECRET=hushhush",
        ])
    func forms(file: String) throws {
        #expect(try secret(in: file) == "hushhush")
    }

    @Test("quotes keep what they hold")
    func quotes() throws {
        #expect(try secret(in: #"DEPT_SECRET='a#b$c\n"d'"#) == #"a#b$c\n"d"#)
        #expect(try secret(in: #"DEPT_SECRET="a\"b\\c\$d#e""#) == #"a"b\c$d#e"#)
        #expect(try secret(in: "DEPT_SECRET=a#b") == "a#b")
    }

    @Test("the environment has the last word, and a variable speaks for its key from either")
    func precedence() throws {
        #expect(try secret(in: "DEPT_SECRET=file", ["DEPT_SECRET": "environment"]) == "environment")
        let configuration = try loadConfiguration(
            yaml, ["WECOM_ROUTER_PORT": "7001"],
            files: [".env": "DEPT_SECRET=x\nWECOM_ROUTER_PORT=7000\nWECOM_ROUTER_MANAGEMENT_PORT=7002\n"])
        #expect(configuration.server.port == 7001 && configuration.management.port == 7002)
        let alone = try loadConfiguration(
            nil, ["WECOM_ROUTER_AGENT": "echo"],
            files: [".env": ConfigurationSample.variables.map { "\($0)=\($1)" }.joined(separator: "\n")])
        #expect(alone.apps.count == 1)
    }

    @Test("it lies beside the configuration, or is named; it is a secret file, and none of its values is printed")
    func places() throws {
        let files = ConfigurationFiles.texts([
            "/etc/r/config.yaml": yaml, "/etc/r/.env": "DEPT_SECRET=beside", ".env": "DEPT_SECRET=here",
            "/x.env": "DEPT_SECRET=named",
        ])
        let beside = try Configuration.load(file: "/etc/r/config.yaml", environment: [:], files: files)
        #expect(beside.apps[0].corpSecret.reveal() == "beside" && beside.secretFiles.contains("/etc/r/.env"))
        #expect(!String(reflecting: beside).contains("beside"))
        let named = try Configuration.load(
            file: "/etc/r/config.yaml", environmentFile: "/x.env", environment: [:], files: files)
        #expect(named.apps[0].corpSecret.reveal() == "named")
        #expect(throws: ConfigurationError.unreadable("/y.env: no such file or directory")) {
            try Configuration.load(
                file: "/etc/r/config.yaml", environmentFile: "/y.env", environment: [:], files: files)
        }
    }

    private static let odd = "DEPT_SECRET=x\nhidden\n1A=hidden\nB='hidden\nC='hid'den\n"
    private static let complaints = [
        "must be NAME=value, or begin with # if it is a remark",
        "has no name of a variable before the =: write NAME=value",
        "B has no closing quote: a value is one line",
        "C has something behind its closing quote: remove it, or quote it all",
    ]

    @Test("a line that is none is a fault of a file that was named, with its place, and repeats no value")
    func faults() throws {
        let files = ConfigurationFiles.texts(["config.yaml": yaml, "/x.env": EnvironmentFileTests.odd])
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(file: "config.yaml", environmentFile: "/x.env", environment: [:], files: files)
        }
        guard case .faults(let faults, _) = error else {
            Issue.record("\(error)")
            return
        }
        let expected = zip(2..., EnvironmentFileTests.complaints).map { "/x.env:\($0):1: \($1)" }
        #expect(faults.map(\.description) == expected)
    }

    @Test("a file that nobody named may be another program's: what is odd in it is a doubt, and the rest counts")
    func somebodyElses() throws {
        let configuration = try loadConfiguration(yaml, files: [".env": EnvironmentFileTests.odd])
        #expect(configuration.apps[0].corpSecret.reveal() == "x")
        let doubts = configuration.warnings.map(\.description).filter { $0.contains(".env") }
        #expect(doubts == zip(2..., EnvironmentFileTests.complaints).map { ".env:\($0):1: \($1)" })
    }

    @Test("one that nobody named and that cannot be read is left out, and told; the environment is enough")
    func unreadable() throws {
        var files = ConfigurationFiles.texts(["config.yaml": yaml, ".env": ""])
        let read = files.read
        files.read = { path, limit in
            if path == ".env" { throw Unexpected("permission denied") }
            return try read(path, limit)
        }
        let configuration = try Configuration.load(
            file: "config.yaml", environment: ["DEPT_SECRET": "given"], files: files)
        #expect(configuration.apps[0].corpSecret.reveal() == "given")
        #expect(configuration.warnings.contains { $0.description.contains(".env:1:1: is left out: ") })
    }
}
