import Foundation
import System
import Testing

@Suite struct FilesTests {
    @Test("a file is read whole, up to the limit")
    func limit() throws {
        let whole = try readFile("/proc/self/status", limit: 1 << 20)
        #expect(whole.starts(with: Array("Name:".utf8)))
        #expect(throws: FileError(path: "/proc/self/status", reason: "longer than the 5 bytes that are read")) {
            try readFile("/proc/self/status", limit: 5)
        }
    }

    @Test("what cannot be read is told by its path and in the system's words")
    func words() {
        #expect(throws: FileError(path: "/nowhere/at/all", reason: "no such file or directory")) {
            try readFile("/nowhere/at/all", limit: 10)
        }
        #expect(throws: FileError(path: "/proc", reason: "is a directory")) { try readFile("/proc", limit: 10) }
        #expect(throws: FileError.self) { try fileMode("/nowhere/at/all") }
    }

    @Test("what is there is there, and its permissions are known")
    func existence() throws {
        #expect(fileExists("/proc/self/status"))
        #expect(!fileExists("/nowhere/at/all"))
        #expect(try fileMode("/proc/self/status") == 0o444)
    }

    @Test("a file gets a second name, or a copy where the disk cannot do that, and nothing that is there is replaced")
    func shared() throws {
        let directory = try TemporaryDirectory(prefix: "bindings-tests-")
        let (a, b, c) = ("\(directory.path)/a", "\(directory.path)/b", "\(directory.path)/c")
        try writeFile(a, [1])
        #expect(try shareFile(a, as: b) && readFile(b, limit: 9) == [1])
        try writeFile(a, [2])
        #expect(try shareFile(a, as: b) && readFile(b, limit: 9) == [1])
        #expect(try !shareFile("\(directory.path)/nothing", as: c) && !fileExists(c))
        #expect(try shareFile("/proc/sys/kernel/ostype", as: c) && readFile(c, limit: 99) == Array("Linux\n".utf8))
    }

    @Test("a pipe or a device that is written to stays what it is")
    func pipe() throws {
        let directory = try TemporaryDirectory(prefix: "bindings-tests-")
        let path = "\(directory.path)/pipe"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let end = try #require(FileHandle(forUpdatingAtPath: path))
        try writeFile(path, [1, 2])
        #expect(try end.read(upToCount: 2) == Data([1, 2]))
        try writeFile(path, [3])
        #expect(try end.read(upToCount: 1) == Data([3]))
    }

    @Test("what is free on a disk is known, and on none that is not there")
    func free() throws {
        #expect(try #require(freeBytes(onDiskOf: "/tmp")) > 0)
        #expect(freeBytes(onDiskOf: "/proc") == 0)
        #expect(freeBytes(onDiskOf: "/nowhere/at/all") == nil)
    }
}
