import Foundation
import Glibc

/// A certificate of our own making, in files: for `localhost` and good for two days, unless said otherwise.
struct OwnCertificate: Sendable {
    static let program = "/usr/bin/openssl"
    static let isAvailable = unsafe access(program, X_OK) == 0

    let certificate: String
    let key: String
    private let directory: URL

    init(names: String = "DNS:localhost", isExpired: Bool = false) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        certificate = directory.appendingPathComponent("certificate.pem").path
        key = directory.appendingPathComponent("key.pem").path
        ChildProgram(
            isExpired
                ? ["/bin/sh", "-ec", Self.expired, directory.path, names]
                : [
                    Self.program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=\(names)", "-keyout", key,
                    "-out", certificate,
                ]
        ).wait()
    }

    /// Only the part of the program that plays an authority takes dates of the past.
    private static let expired = """
        cd "$0"
        printf '%s\\n' '[ca]' default_ca=own '[own]' database=index new_certs_dir=. default_md=sha256 rand_serial=yes \\
            policy=any '[any]' commonName=supplied '[names]' subjectAltName="$1" >ca
        : >index
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout key.pem -out request
        openssl ca -batch -config ca -selfsign -keyfile key.pem -in request -out certificate.pem -notext \\
            -extensions names -startdate 20200101000000Z -enddate 20200102000000Z
        """

    func remove() { try? FileManager.default.removeItem(at: directory) }
}

/// `openssl s_server` with a certificate for `localhost` of its own making.
struct TLSServer: Sendable {
    static let isAvailable = OwnCertificate.isAvailable

    let port: Int
    let certificate: String
    private let files: OwnCertificate
    private let server: ChildProgram

    /// Answers by itself with a page and closes; or says what `write` is given, on one connection after another.
    init(answers: Bool = true) throws {
        files = try OwnCertificate()
        certificate = files.certificate
        server = ChildProgram(
            [OwnCertificate.program, "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", files.key]
                + (answers ? ["-www"] : []))
        // It says `ACCEPT 127.0.0.1:40123` once it listens.
        port = server.line(startingWith: "ACCEPT").flatMap { Int($0.split(separator: ":").last ?? "") } ?? 0
    }

    /// Waits for a request and sends `text` for an answer. Blocks.
    func answerNext(_ text: String) {
        guard server.line(startingWith: "GET ") != nil else { return }
        server.write(text)
    }

    func stop() {
        server.end()
        files.remove()
    }
}

/// A program whose output is read line by line.
struct ChildProgram: Sendable {
    private let process: pid_t
    private let input: Int32
    private let output: Int32

    init(_ command: [String]) {
        var ends: [Int32] = [0, 0]
        var inputEnds: [Int32] = [0, 0]
        precondition(unsafe pipe(&ends) == 0 && pipe(&inputEnds) == 0, "no pipe")
        for end in [ends[0], inputEnds[1]] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, inputEnds[0], 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var process = pid_t()
        let arguments = unsafe command.map { unsafe strdup($0) } + [nil]
        let code = unsafe posix_spawn(&process, command[0], &actions, nil, arguments, environ)
        precondition(code == 0, "cannot start \(command[0])")
        unsafe arguments.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        close(inputEnds[0])
        (self.process, input, output) = (process, inputEnds[1], ends[0])
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(input, $0.baseAddress, $0.count) }
    }

    func line(startingWith start: String) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1 {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            let text = String(decoding: exchange(&line, with: []), as: UTF8.self)
            if text.hasPrefix(start) { return text }
        }
        return nil
    }

    func wait() {
        waitpid(process, nil, 0)
        close(input)
        close(output)
    }

    func end() {
        kill(process, SIGKILL)
        wait()
    }
}
