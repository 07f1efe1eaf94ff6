import System

/// The files that a configuration is read from, as functions, so that a test needs no disk.
package struct ConfigurationFiles: Sendable {
    package var read: @Sendable (_ path: String, _ limit: Int) throws -> [UInt8]
    package var mode: @Sendable (_ path: String) throws -> UInt32
    package var exists: @Sendable (_ path: String) -> Bool
    package var isExecutable: @Sendable (_ path: String) -> Bool
    package var workingDirectory: @Sendable () -> String

    package init(
        read: @escaping @Sendable (_ path: String, _ limit: Int) throws -> [UInt8],
        mode: @escaping @Sendable (_ path: String) throws -> UInt32,
        exists: @escaping @Sendable (_ path: String) -> Bool,
        isExecutable: @escaping @Sendable (_ path: String) -> Bool = { _ in false },
        workingDirectory: @escaping @Sendable () -> String = { (try? realPath(".")) ?? "." }
    ) {
        self.read = read
        self.mode = mode
        self.exists = exists
        self.isExecutable = isExecutable
        self.workingDirectory = workingDirectory
    }

    package static let system = ConfigurationFiles(
        read: { try readFile($0, limit: $1) },
        mode: { try fileMode($0) },
        exists: { fileExists($0) },
        isExecutable: { System.isExecutable($0) }
    )
}
