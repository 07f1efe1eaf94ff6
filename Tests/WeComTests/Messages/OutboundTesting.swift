import JSON
import WeCom

/// Finds the fault of a message; nil if there is none.
func fault(of message: OutboundMessage) -> MessageFault? {
    do throws(MessageFault) {
        try message.validate()
        return nil
    } catch {
        return error
    }
}

/// Finds the fault in the JSON of a message, be it that it is not read or not valid; nil if there is none.
func fault(in json: JSONValue) -> MessageFault? {
    do throws(MessageFault) {
        try OutboundMessage(json: json).validate()
        return nil
    } catch {
        return error
    }
}

/// Finds the fault in the JSON of a message; nil if it is read.
func fault(reading text: String) throws -> MessageFault? {
    let json = try JSONValue(parsing: Array(text.utf8))
    do throws(MessageFault) {
        _ = try OutboundMessage(json: json)
        return nil
    } catch {
        return error
    }
}

func toOne(_ content: OutboundMessage.Content) -> OutboundMessage { OutboundMessage(to: UserID("u1"), content) }

/// Makes a text of so many bytes and as many characters.
func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
