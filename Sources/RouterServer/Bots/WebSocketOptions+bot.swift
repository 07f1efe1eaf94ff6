import HTTP
import Lanes
import WeCom

extension WebSocketOptions {
    /// The way of a bot's long connection.
    init(_ socket: Configuration.Bot.Socket, _ outside: BotOutside.Settings) {
        self.init()
        origin = socket.origin
        proxy = outside.proxy?.reveal()
        caFile = outside.caFile
    }
}
