internal import COpenSSL

/// `count` bytes that nobody can guess. The program ends rather than go on with weaker ones.
package func randomBytes(_ count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { output, written in
        let done = unsafe RAND_bytes(output.baseAddress, Int32(count))
        precondition(done == 1, "the system gives no random numbers")
        written = count
    }
}
