internal import CLibSSL
internal import Glibc
package import System

extension TLSConnection {
    /// The end of the time for which the server's certificate is good; nil before hands were shaken.
    package var certificateEnd: Timestamp? {
        guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        defer { unsafe X509_free(certificate) }
        var end = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1 else { return nil }
        return Timestamp(seconds: Int64(unsafe timegm(&end)))
    }

    /// Shakes hands with a server and asks until when its certificate is good. Throws where it is not trusted, or not reached by
    /// then. Blocks.
    package static func certificateEnd(
        of host: String, port: Int, trusting trust: TLSTrust, by deadline: MonotonicTime
    ) throws(TLSFailure) -> Timestamp? {
        let connection: TLSConnection
        do {
            let socket = try ConnectedSocket(to: host, port: port)
            guard waitForSocket(socket.number, toWrite: true, until: deadline) else { throw TLSFailure("timeout") }
            connection = try TLSConnection(over: socket, to: host, trusting: trust)
        } catch let failure as TLSFailure {
            throw failure
        } catch {
            throw TLSFailure("\(error)")
        }
        while true {
            switch connection.shake() {
            case .done: return connection.certificateEnd
            case .failed(let failure): throw failure
            case .notYet:
                let isReady = waitForSocket(
                    connection.socketNumber, toWrite: connection.waitsToWrite, until: deadline)
                guard isReady else { throw TLSFailure("timeout") }
            }
        }
    }
}
