internal import COpenSSL

/// Bytes that are wiped when the last owner lets go of them and that nothing prints, mirrors or encodes.
@safe package final class SecretBytes: @unchecked Sendable {
    private let storage: UnsafeMutableRawBufferPointer

    package init(_ bytes: some Collection<UInt8>) {
        unsafe storage = .allocate(byteCount: bytes.count, alignment: 16)
        unsafe storage.copyBytes(from: bytes)
    }

    /// Lets `fill` write `count` zeroed bytes in place, so that no copy of them is left anywhere.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        unsafe storage = .allocate(byteCount: count, alignment: 16)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe fill(storage)
    }

    deinit {
        unsafe OPENSSL_cleanse(storage.baseAddress, storage.count)
        unsafe storage.deallocate()
    }

    package var count: Int { unsafe storage.count }

    /// Lends the bytes, bounds-checked. Whoever copies them out has to keep the copy as secret.
    package func withSpan<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        try body(unsafe Span(_unsafeBytes: UnsafeRawBufferPointer(storage)))
    }

    /// Lends the bytes to C. Whoever copies them out has to keep the copy as secret.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try unsafe body(UnsafeRawBufferPointer(storage))
    }

    /// The first `count` bytes as a secret of their own.
    package func prefix(_ count: Int) -> SecretBytes {
        unsafe SecretBytes(count: min(count, self.count)) { target in
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage.prefix(target.count)))
        }
    }

    /// A copy that is not wiped: for text that has to leave in a request.
    package func copy() -> [UInt8] { unsafe Array(storage) }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
