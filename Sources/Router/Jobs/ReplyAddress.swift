package import JSON
package import WeCom

/// Where something goes. Lanes differ: some addresses expire or are used up, those of the app lane do not.
package enum ReplyAddress: Sendable, Equatable {
    case user(UserID)
    /// Several people at once, as only a message that answers nobody may be meant.
    case many(Recipients)
}

// How addresses are written in a store, the same in each.

extension ReplyAddress {
    package var json: JSONValue {
        switch self {
        case .user(let user): ["user": .string(user.text)]
        case .many(let recipients): ["many": recipients.json]
        }
    }

    package init?(json: JSONValue) {
        if let user = json["user"]?.string {
            self = .user(UserID(user))
        } else if let many = json["many"], let recipients = try? Recipients(json: many) {
            self = .many(recipients)
        } else {
            return nil
        }
    }
}
