extension InboundMessage {
    /// A place on the map that a person has sent.
    package struct Location: Sendable, Equatable {
        package var coordinates: Coordinates
        /// The zoom of the map.
        package var scale: Int?
        /// The address, in words.
        package var label: String?

        package init(_ coordinates: Coordinates, scale: Int? = nil, label: String? = nil) {
            self.coordinates = coordinates
            self.scale = scale
            self.label = label
        }
    }

    /// Degrees that exist: north and east are positive.
    package struct Coordinates: Sendable, Equatable {
        package let latitude: Double
        package let longitude: Double

        package init?(latitude: Double, longitude: Double) {
            guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    /// A page that a person has shared.
    package struct Link: Sendable, Equatable {
        package var url: String
        package var title: String?
        package var description: String?
        package var pictureURL: String?

        package init(_ url: String, title: String? = nil, description: String? = nil, pictureURL: String? = nil) {
            self.url = url
            self.title = title
            self.description = description
            self.pictureURL = pictureURL
        }
    }
}
