internal import CCurl
import HTTP

extension Transfer {
    /// Has curl call back for each event of this transfer, which must outlive the handle's use.
    func listen(to handle: CurlHandle) {
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_PRIVATE, me)
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_PREREQDATA, me)
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_HEADERDATA, me)
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_WRITEDATA, me)
        unsafe ccurl_set_prerequest(handle.pointer) { me, _, _, _, _ in
            unsafe transfer(me).beginRequest() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        unsafe ccurl_set_write(handle.pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
            unsafe transfer(me).takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        unsafe ccurl_set_write(handle.pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
            switch unsafe transfer(me).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) {
            case .taken: size * count
            case .later: CCURL_WRITE_PAUSE
            case .refused: 0
            }
        }
        if options.mayConnect != nil, options.proxy == nil {
            unsafe handle.judgeAddresses(
                { me, bytes, count in
                    let bytes = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
                    guard let address = IPAddress(bytes: bytes) else { return 0 }
                    return unsafe transfer(me).judge(address) ? 1 : 0
                }, me)
        }
        guard request.source != nil else { return }
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_READDATA, me)
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_SEEKDATA, me)
        unsafe ccurl_set_read(handle.pointer) { bytes, size, count, me in
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return unsafe transfer(me).fetchBody(into: buffer) ?? CCURL_READ_ABORT
        }
        unsafe ccurl_set_seek(handle.pointer) { me, offset, origin in
            guard origin == SEEK_SET else { return CCURL_SEEK_FAILED }
            unsafe transfer(me).rewindBody(to: Int(offset))
            return CCURL_SEEK_DONE
        }
    }
}

private func transfer(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
    guard let pointer = unsafe pointer else { preconditionFailure("libcurl called back for no transfer") }
    return unsafe Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
}
