/// The part of the file system that a program may reach. It may read and run all of it but what is hidden, and write in few places.
///
/// All paths lead from the root on and are without links. Whatever is in force inside, those outside may still signal the
/// program, and read what it writes.
package struct Sandbox: Sendable, Equatable {
    /// Neither read nor written, with all that lies below.
    package var hidden: [String]
    /// Read although it lies in something hidden.
    package var readable: [String]
    /// Read and written, as one's own, though it may lie in something hidden.
    package var writable: [String]

    package init(hidden: [String] = [], readable: [String] = [], writable: [String] = []) {
        self.hidden = hidden
        self.readable = readable
        self.writable = writable
    }

    /// Devices that any program may need; all others stay closed, the disks above all.
    package static let devices = ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts"].map {
        "/dev/\($0)"
    }

    /// Memory that processes share, as files.
    package static let sharedMemory = "/dev/shm"
}
