import Foundation

/// A terminal: what is typed at `keyboard` is read from `line`, and what is written to that can be read there.
struct Terminal {
    let keyboard: FileHandle
    let line: FileHandle

    // Of <asm/ioctls.h>; Swift imports no macro that is computed.
    private static let lock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430

    init() throws {
        keyboard = try FileHandle(forUpdating: URL(fileURLWithPath: "/dev/ptmx"))
        var (isLocked, number): (Int32, Int32) = (0, 0)
        guard unsafe ioctl(keyboard.fileDescriptor, Terminal.lock, &isLocked) == 0,
            unsafe ioctl(keyboard.fileDescriptor, Terminal.number, &number) == 0
        else { throw CocoaError(.fileReadUnknown) }
        // It must not become the tests' own terminal, whose end would end them.
        let descriptor = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
        line = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func type(_ line: String) { keyboard.write(Data("\(line)\n".utf8)) }

    func press(_ keys: String) { keyboard.write(Data(keys.utf8)) }

    /// Reads what is shown until these words are among it.
    func until(_ words: String) async -> String {
        await keyboard.text(until: words)
    }

    /// Ctrl-D.
    func typeEnd() { keyboard.write(Data([4])) }
}
