internal import CCurl

/// Host and path of a URL, as errors name it: without the query and credentials, which are secrets.
func addressForPeople(of url: String) -> String {
    guard let parsed = unsafe curl_url() else { return unreadable }
    defer { unsafe curl_url_cleanup(parsed) }
    guard unsafe curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK,
        let host = unsafe part(CURLUPART_HOST, of: parsed)
    else { return unreadable }
    let port = unsafe part(CURLUPART_PORT, of: parsed).map { ":\($0)" } ?? ""
    let path = unsafe part(CURLUPART_PATH, of: parsed) ?? "/"
    return host + port + path.prefix(200)
}

private let unreadable = "(no readable URL)"

private func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
}
