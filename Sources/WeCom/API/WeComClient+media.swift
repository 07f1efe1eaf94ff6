import HTTP
import JSON

extension WeComClient {
    /// Uploads a file; what comes back names it for three days, to every app of the corp.
    ///
    /// Its bytes are read from disk while they are sent, so that many uploads at once cost no memory.
    package func upload(_ file: UploadFile, as kind: UploadKind) async throws(WeComError) -> MediaID {
        let body = MultipartFile(file)
        let answer = try await withToken { token throws(WeComError) in
            let url = wire.url("/cgi-bin/media/upload", [("access_token", token.reveal()), ("type", kind.rawValue)])
            var request = HTTPRequest(.post, url, headers: ["Content-Type": body.contentType])
            request.source = body
            return try await wire.answer(to: request, carrying: token, .forMedia())
        }
        guard let id = answer["media_id"]?.stringOrInteger, !id.isEmpty else {
            throw .unreadable(status: .ok, reason: "media/upload answered without a media_id")
        }
        return MediaID(id)
    }

    /// Fetches a file of at most `limit` bytes into a directory that is there already. It stands there under a safe name
    /// once it is whole, and beside others of that name; on any failure nothing is left.
    ///
    /// WeCom says what it is called, or else `fallback` does.
    package func download(
        _ media: MediaID, into directory: String, limit: Int, named fallback: String = ""
    ) async throws(WeComError) -> DownloadedMedia {
        let file = try await ArrivingFile(in: directory, limit: limit)
        do throws(WeComError) {
            let name = try await MediaDownload(client: self, media: media, file: file, limit: limit).run()
            return try await file.finish(named: name ?? fallback)
        } catch {
            await file.discard()
            throw error
        }
    }
}

extension HTTPRequestOptions {
    /// Twenty megabytes take their time, but some of them come at any time.
    static func forMedia() -> HTTPRequestOptions {
        var options = HTTPRequestOptions()
        options.totalTimeout = .seconds(300)
        options.idleTimeout = .seconds(30)
        return options
    }
}
