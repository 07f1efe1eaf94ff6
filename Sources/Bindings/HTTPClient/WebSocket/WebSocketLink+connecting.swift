internal import CCurl
import Crypto
import HTTP
import System
import TLS

extension WebSocketOptions {
    /// The way to the server, as for a request. Our own time limit comes first, and says more than curl's.
    fileprivate var route: HTTPRequestOptions {
        var route = HTTPRequestOptions()
        route.proxy = proxy
        route.caFile = caFile
        route.connectTimeout = connectTimeout + .seconds(1)
        return route
    }

    /// Refuses what a request would be refused for.
    func check(for address: WebSocketAddress) throws(WebSocketError) {
        var request = HTTPRequest(.get, address.url)
        if let origin { request.headers.append("Origin", origin) }
        do throws(HTTPTransportError) {
            try request.checkForSending(route)
        } catch {
            throw .unusable("\(error)")
        }
    }
}

extension WebSocketLink {
    /// Has curl connect.
    func connect(authorities: String?, resolving: [String]) {
        let server = serverToReach
        stage = .connecting(server)
        let handle = CurlHandle()
        handle.applyHouseRules(authorities: authorities)
        handle.set(CURLOPT_URL, server?.plainURL ?? address.url)
        handle.connectOnly()
        handle.apply(options.route, totalTimeout: nil)
        for line in resolving { handle.addResolved(line) }
        self.handle = handle
        reactor.add(handle, for: self)
    }

    /// Nil where curl has to do it all: TLS to a proxy is its own, and so is what goes through that.
    private var serverToReach: CurlServer? {
        if options.proxy?.lowercased().hasPrefix("https://") == true { return nil }
        return CurlServer(of: address.url)
    }

    /// Hands over the news that it is open, or is not.
    func awaitOpening(_ continuation: CheckedContinuation<Opened, Never>) {
        hub.loop.checkIsolated()
        if let ending { return continuation.resume(returning: .failure(ending)) }
        opener = continuation
    }

    /// curl is done: it has connected, or cannot.
    func hasConnected(_ code: CURLcode) {
        guard case .connecting(let server) = stage, let handle else { return }
        guard code == CURLE_OK, let socket = handle.socket else { return fail(failure(of: handle, code)) }
        guard let server else {
            carrier = handle
            return beginToShake()
        }
        do throws(SystemError) {
            let connected = try ConnectedSocket(copying: socket)
            // What curl keeps of a connection is more than all that we keep.
            letGoOfHandle()
            begin(over: connected, to: server)
        } catch {
            fail(.unreachable("\(address): \(error)"))
        }
    }

    private func begin(over socket: consuming ConnectedSocket, to server: CurlServer) {
        guard address.isSecure else {
            carrier = PlainCarrier(over: socket)
            return beginToShake()
        }
        do throws(TLSFailure) {
            let trust = try hub.assumeIsolated { $0.trust(options.caFile) }.get()
            let connection = try TLSConnection(over: socket, to: server.host, trusting: trust)
            carrier = connection
            stage = .securing(connection)
            secure(connection)
        } catch {
            fail(.untrusted("\(address): \(error.reason)"))
        }
    }

    /// Goes on with the handshake of TLS.
    func secure(_ connection: TLSConnection) {
        switch connection.shake() {
        case .done: beginToShake()
        case .notYet: watchSocket()
        case .failed(let failure): fail(.untrusted("\(address): \(failure.reason)"))
        }
    }

    private func beginToShake() {
        hub.assumeIsolated { $0.hasConnected(self) }
        let random = Base64.encode(randomBytes(16))
        guard let key = WebSocketKey(random) else { preconditionFailure("16 bytes in base64 are a key") }
        let accept = Base64.encode(sha1(Array(key.challenge.utf8)))
        let handshake = WebSocketHandshake(to: address, key: key, accept: accept, origin: options.origin)
        stage = .shaking(handshake)
        outbox.append(WebSocketOutbox.Item(ticket: 0, bytes: handshake.request, deadline: nil, waiter: nil))
        flush()
    }

    private func failure(of handle: CurlHandle, _ code: CURLcode) -> WebSocketError {
        let status = handle.tunnelStatus
        if status != 0, !HTTPStatus(status).isSuccess {
            return .proxyRefused(HTTPStatus(status), address: "\(address)")
        }
        let reason = "\(address): \(handle.words(for: code))"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unresolved(reason)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ISSUER_ERROR:
            return .untrusted(reason)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(reason)
        default: return .unreachable(reason)
        }
    }

    /// Takes a piece of the answer to the handshake, of which frames may follow.
    func shake(_ handshake: WebSocketHandshake, _ input: inout ArraySlice<UInt8>) {
        var handshake = handshake
        do throws(WebSocketError) {
            guard try handshake.take(&input) else { return stage = .shaking(handshake) }
        } catch {
            return fail(error)
        }
        stage = .open
        deadline = nil
        exchange(&opener, with: nil)?.resume(returning: .success(()))
    }
}
