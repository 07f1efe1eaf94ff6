package import JSON

// The pictures below a stream, as its row has them.

extension [KeptPicture] {
    package var json: JSONValue {
        .array(map { ["blob": .string($0.blob.text), "size": .integer(Int64($0.size))] })
    }

    /// Those that can be read; none for NULL.
    package init(storedAs text: String?) {
        let json = text.flatMap { JSONValue(storedAs: $0) }
        self =
            json?.array?.compactMap { picture in
                guard let blob = picture["blob"]?.string.flatMap(BlobID.init), let size = picture["size"]?.integer
                else {
                    return nil
                }
                return KeptPicture(blob, size: Int(size))
            } ?? []
    }

    /// The same with one more, unless it is among them; nil where that would be too much below one answer.
    package func adding(_ picture: KeptPicture) -> [KeptPicture]? {
        if contains(picture) { return self }
        let all = self + [picture]
        let isTooMuch =
            all.count > StoredStream.mostPictures
            || all.reduce(0, { $0 + $1.size }) > StoredStream.mostPictureBytes
        return isTooMuch ? nil : all
    }
}
