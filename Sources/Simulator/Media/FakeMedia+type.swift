extension FakeMedia {
    /// The type that WeCom gives it when it is downloaded.
    var contentType: String {
        switch nameExtension {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        case "amr": "audio/amr"
        case "mp4": "video/mp4"
        default: "application/octet-stream"
        }
    }
}
