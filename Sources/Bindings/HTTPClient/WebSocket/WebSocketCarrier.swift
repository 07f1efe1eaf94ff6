import HTTP
import System
import TLS

/// The bytes of a connection that is made, whatever carries them. Letting go of it ends the connection.
protocol WebSocketCarrier: AnyObject {
    /// The socket to watch; nil if it is gone.
    var socket: Int32? { get }
    /// A call could not go on before the socket can be written to.
    var waitsToWrite: Bool { get }

    /// Reads what has arrived into `buffer`. Until there is nothing, it may hold bytes that no event tells of.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> CarrierRead

    /// Writes some of `bytes` from `offset` on. After `notYet` it must be called with the same bytes until it has written.
    func write(_ bytes: [UInt8], from offset: Int) -> CarrierWrite
}

enum CarrierRead {
    case some(Int)
    case nothingYet
    case end
    case failed(String)
}

enum CarrierWrite {
    case some(Int)
    case notYet
    case failed(String)
}

/// A socket without TLS.
final class PlainCarrier: WebSocketCarrier {
    private let connected: ConnectedSocket

    init(over socket: consuming ConnectedSocket) { connected = socket }

    var socket: Int32? { connected.number }
    var waitsToWrite: Bool { false }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> CarrierRead {
        switch unsafe connected.read(into: buffer) {
        case .some(let count): .some(count)
        case .nothingYet: .nothingYet
        case .end: .end
        case .failed(let error): .failed(error.message)
        }
    }

    func write(_ bytes: [UInt8], from offset: Int) -> CarrierWrite {
        switch connected.write(bytes, from: offset) {
        case .some(let count): .some(count)
        case .notYet: .notYet
        case .failed(let error): .failed(error.message)
        }
    }
}

extension TLSConnection: WebSocketCarrier {
    var socket: Int32? { socketNumber }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> CarrierRead {
        switch unsafe receive(into: buffer) {
        case .some(let count): .some(count)
        case .nothingYet: .nothingYet
        case .end: .end
        case .failed(let failure): .failed(failure.reason)
        }
    }

    func write(_ bytes: [UInt8], from offset: Int) -> CarrierWrite {
        switch send(bytes, from: offset) {
        case .some(let count): .some(count)
        case .notYet: .notYet
        case .failed(let failure): .failed(failure.reason)
        }
    }
}
