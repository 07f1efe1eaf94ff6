internal import CCurl

/// One of curl's transfers, with what must live as long: its header list and the buffer for curl's words.
@safe final class CurlHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var resolved: UnsafeMutablePointer<curl_slist>?
    private var gate: UnsafeMutablePointer<ccurl_gate>?

    init() {
        guard let pointer = unsafe curl_easy_init() else { preconditionFailure("no memory for libcurl") }
        unsafe self.pointer = pointer
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe ccurl_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorBuffer)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe curl_slist_free_all(headers)
        unsafe curl_slist_free_all(resolved)
        unsafe errorBuffer.deallocate()
        unsafe gate?.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) {
        check(unsafe ccurl_set_long(pointer, option, value), option)
    }

    func set(_ option: CURLoption, _ text: String) {
        check(unsafe ccurl_set_text(pointer, option, text), option)
    }

    /// A time limit; zero would mean none, so that the shortest is a millisecond.
    func set(_ option: CURLoption, _ limit: Duration) {
        let (seconds, attoseconds) = limit.components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        set(option, Int(min(max(milliseconds.rounded(.up), 1), Double(Int32.max))))
    }

    func setBody(_ bytes: [UInt8]) {
        check(unsafe ccurl_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count), CURLOPT_POSTFIELDSIZE_LARGE)
        // Without a pointer curl would read standard input: an empty body needs one as well.
        let code =
            unsafe bytes.isEmpty
            ? ccurl_set_text(pointer, CURLOPT_COPYPOSTFIELDS, "")
            : bytes.withUnsafeBytes { bytes in
                unsafe ccurl_set_pointer(
                    pointer,
                    CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                )
            }
        check(code, CURLOPT_COPYPOSTFIELDS)
    }

    /// A body that curl fetches piece by piece, through the callback of the transfer.
    func setBody(ofSize size: Int) {
        check(unsafe ccurl_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, size), CURLOPT_POSTFIELDSIZE_LARGE)
        set(CURLOPT_POST, 1)
    }

    /// Says where a name leads: `host:port:address,address`.
    func addResolved(_ line: String) {
        guard let longer = unsafe curl_slist_append(resolved, line) else {
            preconditionFailure("no memory for libcurl")
        }
        unsafe resolved = longer
        unsafe ccurl_set_pointer(pointer, CURLOPT_RESOLVE, longer)
    }

    /// Adds a header line as curl spells them: `Name: value`, `Name;` for an empty one, `Name:` for none at all.
    func addHeader(_ line: String) {
        guard let longer = unsafe curl_slist_append(headers, line) else { preconditionFailure("no memory for libcurl") }
        unsafe headers = longer
        unsafe ccurl_set_pointer(pointer, CURLOPT_HTTPHEADER, longer)
    }

    /// Has `judge` asked of each address before it is connected to, and keeps the connection from being shared: one that
    /// is open already was not judged, and this one would be handed to others.
    func judgeAddresses(_ judge: @escaping ccurl_address_judge, _ data: UnsafeMutableRawPointer) {
        let gate = UnsafeMutablePointer<ccurl_gate>.allocate(capacity: 1)
        unsafe gate.initialize(to: ccurl_gate(judge: judge, data: data))
        unsafe self.gate = gate
        unsafe ccurl_set_judged_sockets(pointer, gate)
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FORBID_REUSE, 1)
    }

    /// curl's own words of an error, unless they quote a URL: that of a proxy may hold a password.
    func words(for code: CURLcode) -> String {
        // It says more of an error here than the code does; nothing when it has nothing to add.
        let words = unsafe String(cString: errorBuffer)
        let quotesURL = words.contains("://") || words.contains("@") || words.contains("?")
        return words.isEmpty || quotesURL ? unsafe String(cString: curl_easy_strerror(code)) : words
    }

    /// Lets a transfer go on that its reader had held back.
    func unpause() {
        unsafe curl_easy_pause(pointer, CCURL_PAUSE_NONE)
    }

    /// Bytes of requests written so far, those to a proxy for a tunnel among them.
    var requestBytes: Int { unsafe ccurl_get_long(pointer, CURLINFO_REQUEST_SIZE) }
    var bodyBytesSent: Int { unsafe ccurl_get_size(pointer, CURLINFO_SIZE_UPLOAD_T) }

    private func check(_ code: CURLcode, _ option: CURLoption) {
        precondition(code == CURLE_OK, "libcurl refuses its option \(option.rawValue) (error \(code.rawValue))")
    }
}
