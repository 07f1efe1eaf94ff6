internal import CCurl

/// curl's set of transfers and the connections they share. One thread uses it; only `wake` may be called by others.
@safe final class CurlMulti: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer

    init(keptConnections: Int) {
        _ = curlIsReady
        guard let pointer = unsafe curl_multi_init() else { preconditionFailure("no memory for libcurl") }
        unsafe self.pointer = pointer
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, keptConnections)
        unsafe ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, 0)
    }

    deinit { unsafe curl_multi_cleanup(pointer) }

    func add(_ handle: CurlHandle) {
        let code = unsafe curl_multi_add_handle(pointer, handle.pointer)
        precondition(code == CURLM_OK, "libcurl did not take a transfer")
    }

    /// Takes a transfer out; its connection is closed unless the answer was complete.
    func remove(_ handle: CurlHandle) {
        unsafe curl_multi_remove_handle(pointer, handle.pointer)
    }

    /// Reads and writes whatever is possible without waiting.
    func perform() {
        var running: Int32 = 0
        unsafe curl_multi_perform(pointer, &running)
    }

    /// The next transfer that has come to its end, and how.
    func nextFinished() -> (transfer: Transfer, code: CURLcode)? {
        guard let (owner, code) = unsafe nextFinishedOwner() else { return nil }
        return (unsafe Unmanaged<Transfer>.fromOpaque(owner).takeUnretainedValue(), code)
    }

    /// The object that a handle which has come to its end was given as private, and how it ended.
    func nextFinishedOwner() -> (owner: UnsafeMutableRawPointer, code: CURLcode)? {
        var code = CURLE_OK
        guard let handle = unsafe ccurl_next_finished(pointer, &code),
            let owner = unsafe ccurl_get_private(handle)
        else { return nil }
        return unsafe (owner, code)
    }

    /// Sleeps until a connection, a timeout of curl's or a `wake` wants attention.
    func poll(atMost milliseconds: Int32) {
        unsafe curl_multi_poll(pointer, nil, 0, milliseconds, nil)
    }

    /// Has curl say which sockets it waits for, and until when, so that somebody else may wait for all of them.
    func tell(
        of sockets: @escaping curl_socket_callback, _ timer: @escaping curl_multi_timer_callback,
        _ data: UnsafeMutableRawPointer
    ) {
        unsafe ccurl_multi_set_sockets(pointer, sockets, data)
        unsafe ccurl_multi_set_timer(pointer, timer, data)
    }

    /// Calls nobody back any more, whatever is closed from now on.
    func fallSilent() {
        unsafe ccurl_multi_set_sockets(pointer, nil, nil)
        unsafe ccurl_multi_set_timer(pointer, nil, nil)
    }

    /// Reads and writes on a socket that is ready, or does what is due by the clock.
    func act(on socket: curl_socket_t = CCURL_NO_SOCKET, _ events: Int32 = 0) {
        var running: Int32 = 0
        unsafe curl_multi_socket_action(pointer, socket, events, &running)
    }

    func wake() {
        unsafe curl_multi_wakeup(pointer)
    }
}

/// Set up once in the process, before the first handle.
private let curlIsReady: Void = {
    let code = curl_global_init(CCURL_GLOBAL_ALL)
    precondition(code == CURLE_OK, "libcurl cannot start")
}()
