internal import CLinux

/// A descriptor kept in reserve for the moment when the process has none left: released, it lets one connection be
/// accepted and closed instead of waiting in the backlog and waking us for ever.
package final class SpareDescriptor {
    private var descriptor: Descriptor?

    package init() { reserve() }

    package func reserve() {
        let number = unsafe clinux_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
        descriptor = number >= 0 ? Descriptor(owning: number) : nil
    }

    package func release() { descriptor = nil }
}
