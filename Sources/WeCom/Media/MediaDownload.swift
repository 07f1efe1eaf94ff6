import HTTP

/// One file on its way from WeCom: in one piece, or in ranges where WeCom says it is too large for that.
struct MediaDownload {
    let client: WeComClient
    let media: MediaID
    let file: ArrivingFile
    let limit: Int

    /// WeCom gives no more than 20 MB in one answer.
    private static let rangeSize = 20_000_000
    /// "The file is too large: use ranges".
    private static let needsRanges = ErrorCode(830002)

    /// Fetches the file and says what WeCom calls it.
    func run() async throws(WeComError) -> String? {
        do throws(WeComError) {
            return try await fetch(range: nil).name
        } catch {
            guard case .refused(Self.needsRanges, _) = error else { throw error }
            return try await fetchInRanges()
        }
    }

    private func fetchInRanges() async throws(WeComError) -> String? {
        while true {
            let start = await file.size
            let answer = try await fetch(range: start..<(start + Self.rangeSize))
            let end = await file.size
            guard let range = answer.range else { return answer.name }
            guard range.start == start, end > start else {
                throw .unreadable(status: .partialContent, reason: "media/get answered with another range")
            }
            if end >= range.total { return answer.name }
        }
    }

    /// One answer, whose bytes go to the file. A refusal in it leaves the file as it is.
    private func fetch(range: Range<Int>?) async throws(WeComError) -> MediaHead {
        try await client.withToken { token throws(WeComError) in
            let url = client.wire.url(
                "/cgi-bin/media/get", [("access_token", token.reveal()), ("media_id", media.text)])
            var request = HTTPRequest(.get, url)
            if let range { request.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" }
            var options = HTTPRequestOptions.forMedia()
            // Room for a refusal, even beside a very small limit.
            options.maxBodySize = max(limit, MediaHead.largestRefusal) + 1
            let response = try await client.wire.stream(request, options)
            let head = try MediaHead(response, asked: range)
            try await take(response.body, head, carrying: token)
            return head
        }
    }

    private func take(
        _ body: any HTTPBodyReader, _ head: MediaHead, carrying secret: Secret
    ) async throws(WeComError) {
        if head.mayBeRefusal {
            var start: [UInt8] = []
            while start.count < MediaHead.largestRefusal, let piece = try await next(of: body) { start += piece }
            try head.throwRefusal(in: start, carrying: secret)
            try await file.append(start)
        }
        // What will not fit is not begun.
        if let total = head.range?.total ?? head.length, total > limit { throw .tooLarge(limit: limit) }
        while let piece = try await next(of: body) { try await file.append(piece) }
    }

    private func next(of body: any HTTPBodyReader) async throws(WeComError) -> [UInt8]? {
        do throws(HTTPTransportError) {
            return try await body.next()
        } catch {
            if case .bodyTooLarge = error { throw .tooLarge(limit: limit) }
            throw .transport(error)
        }
    }
}
