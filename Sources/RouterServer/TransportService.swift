import HTTPClient
import Lifecycle

/// Closes the HTTP client once nobody sends any more.
struct TransportService: Service {
    let name = "http client"
    let transport: CurlTransport

    func run(_ life: ServiceLife) async {
        life.hasStarted()
        await life.untilToldToStop()
        await transport.close()
    }
}
