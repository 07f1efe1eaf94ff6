import Foundation
import Glibc
import ProgramTesting

/// Stands between a program and PostgreSQL, and breaks, halts or slows what passes at a given byte.
package final class CuttingProxy: Sendable {
    package enum Direction: Sendable, CaseIterable { case up, down }

    package enum Fault: Sendable, Equatable {
        /// Both sides lose the connection.
        case cut
        /// The program loses the connection; what it had sent reaches the server all the same, after `release`.
        case strand
        /// Holds all that passes, until `release`.
        case stall
        case delay(seconds: Double)
    }

    private struct State {
        var fault: (Fault, Direction, after: Int)?
        var passed: [Direction: Int] = [:]
        var isReleased = false
        var faults = 0
        var connections: [Int32] = []
        /// The ways in which nothing passes.
        var walls: Set<Direction> = []
    }

    /// The folder of its socket.
    package let folder: String
    private let upstream: String
    private let listener: Int32
    private let state = NSCondition()
    nonisolated(unsafe) private var guarded = State()

    package init(to server: String) throws {
        folder = "/tmp/wecom-router-px-\(UUID().uuidString.prefix(8))"
        upstream = "\(server)/.s.PGSQL.5432"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        listener = try unsafe unixSocket({ unsafe bind($0, $1, $2) }, at: "\(folder)/.s.PGSQL.5432")
        guard listen(listener, 64) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Breaks the connections that there are, and takes no more.
    package func close() {
        release()
        wall([])
        shutdown(listener, Int32(SHUT_RDWR))
        cutAll()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Arms a fault, once, so many bytes from now.
    package func arm(_ fault: Fault, _ direction: Direction, after bytes: Int) {
        locked { state in
            state.fault = (fault, direction, bytes)
            state.passed = [:]
            state.isReleased = false
        }
    }

    /// Takes the fault away, and lets pass what it held up.
    package func release() {
        locked { state in
            state.fault = nil
            state.isReleased = true
        }
    }

    /// Lets nothing pass in these directions any more, over any connection, as a network does that drops all; or lets pass again what
    /// it held up.
    package func wall(_ directions: Set<Direction>) { locked { $0.walls = directions } }

    package func cutAll() {
        for descriptor in locked({ $0.connections }) { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// The bytes that passed since the last `arm`.
    package func passed(_ direction: Direction) -> Int { locked { $0.passed[direction] ?? 0 } }

    /// Counts how often a fault has come about.
    package var faults: Int { locked { $0.faults } }

    @discardableResult
    private func locked<Value>(_ body: (inout State) -> Value) -> Value {
        state.lock()
        defer {
            state.broadcast()
            state.unlock()
        }
        return unsafe body(&guarded)
    }

    // MARK: Passing on

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            guard let server = try? unsafe unixSocket({ unsafe connect($0, $1, $2) }, at: upstream) else {
                Glibc.close(client)
                continue
            }
            locked { $0.connections += [client, server] }
            let ends = Ends()
            for (from, to, direction) in [(client, server, Direction.up), (server, client, .down)] {
                Thread.detachNewThread { [self] in
                    pump(from, to, direction)
                    shutdown(client, Int32(SHUT_RDWR))
                    shutdown(server, Int32(SHUT_RDWR))
                    guard ends.isLast() else { return }
                    locked { $0.connections.removeAll { $0 == client || $0 == server } }
                    for descriptor in [client, server] { Glibc.close(descriptor) }
                }
            }
        }
        Glibc.close(listener)
    }

    private func pump(_ from: Int32, _ to: Int32, _ direction: Direction) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(from, &buffer, buffer.count)
            guard count > 0 else { return }
            var (start, end) = (0, count)
            while start < end {
                let (fault, limit) = due(direction, end - start)
                let part = limit ?? end - start
                waitBehindWall(direction)
                guard send(buffer[start..<start + part], to: to) else { return }
                start += part
                locked { $0.passed[direction, default: 0] += part }
                switch fault {
                case nil: end = count
                case .cut: return
                case .delay(let seconds): waitForRelease(atMost: seconds)
                case .strand:
                    shutdown(from, Int32(SHUT_RDWR))
                    waitForRelease()
                case .stall: waitForRelease()
                }
            }
        }
    }

    /// The fault that comes within the next bytes, if one does, and how many pass before it.
    private func due(_ direction: Direction, _ count: Int) -> (Fault?, Int?) {
        locked { state in
            guard let (fault, way, after) = state.fault, way == direction else { return (nil, nil) }
            let left = after - (state.passed[direction] ?? 0)
            guard left <= count else { return (nil, nil) }
            state.fault = nil
            state.faults += 1
            return (fault, max(0, left))
        }
    }

    private func waitForRelease(atMost seconds: Double = 3600) {
        let end = Date(timeIntervalSinceNow: seconds)
        state.lock()
        while unsafe !guarded.isReleased, state.wait(until: end) {}
        state.unlock()
    }

    private func waitBehindWall(_ direction: Direction) {
        state.lock()
        while unsafe guarded.walls.contains(direction) { state.wait() }
        state.unlock()
    }

    private func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = unsafe Glibc.send(
                    descriptor, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

/// Counts the directions of a connection that are still open.
private final class Ends: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var left = 2

    /// True for the direction that ends last.
    func isLast() -> Bool {
        lock.withLock {
            unsafe left -= 1
            return unsafe left == 0
        }
    }
}

private func unixSocket(
    _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, at path: String
) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
        for (place, byte) in path.utf8.enumerated() { unsafe room[place] = byte }
    }
    let code = unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            unsafe use(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard code == 0 else {
        close(descriptor)
        throw POSIXError(.ECONNREFUSED)
    }
    return descriptor
}
