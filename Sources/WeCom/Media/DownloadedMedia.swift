/// A file that was fetched from WeCom.
package struct DownloadedMedia: Sendable, Equatable {
    package let path: String
    /// Its name in the directory it was put into.
    package let name: SafeFileName
    package let type: MediaType
    package let size: Int
}
