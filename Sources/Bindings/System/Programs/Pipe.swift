internal import CLinux

/// The two ends of a pipe, neither of which a child inherits. Ours never blocks; the other one does, as programs expect.
struct Pipe: ~Copyable {
    enum OurEnd { case reading, writing }

    let ours: Descriptor
    let theirs: Descriptor

    init(_ end: OurEnd) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe2") }
        ours = Descriptor(owning: end == .reading ? ends[0] : ends[1])
        theirs = Descriptor(owning: end == .reading ? ends[1] : ends[0])
        _ = clinux_set_nonblocking(ours.number)
    }
}

/// Our ends of a program's streams, until it runs.
final class OurEnds {
    struct Three: ~Copyable {
        let input: Descriptor
        let output: Descriptor
        let errors: Descriptor
    }

    private var three: Three?

    private init(_ three: consuming Three) { self.three = consume three }

    /// Once.
    func take() -> Three? { three.take() }

    /// Makes the pipes of one program.
    static func withTheirs() throws(SystemError) -> (OurEnds, PassedStreams) {
        let input = try Pipe(.writing)
        let output = try Pipe(.reading)
        let errors = try Pipe(.reading)
        let theirs = PassedStreams(input: input.theirs, output: output.theirs, errors: errors.theirs)
        return (OurEnds(Three(input: input.ours, output: output.ours, errors: errors.ours)), theirs)
    }
}

/// A program's ends of its standard streams, until they have been handed over.
final class PassedStreams {
    private let input: Descriptor
    private let output: Descriptor
    private let errors: Descriptor

    init(input: consuming Descriptor, output: consuming Descriptor, errors: consuming Descriptor) {
        self.input = input
        self.output = output
        self.errors = errors
    }

    var numbers: [Int32] { [input.number, output.number, errors.number] }
}
