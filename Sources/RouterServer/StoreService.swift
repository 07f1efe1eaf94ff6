import Lifecycle
import Router

/// Holds the store open, and closed to other processes, for as long as everybody else may need it.
struct StoreService: Service {
    let name = "store"
    let store: any Store
    /// The same where other processes may have it too, for what they have in common besides.
    var shared: (any TokenStore & BlobStore & WorkspaceStore & SocketStore & ProgressStore & WatchedStore)?
    let node: NodeIdentity
    /// Lets other processes have it.
    let release: @Sendable () -> Void

    func run(_ life: ServiceLife) async {
        // Damage where messages need it is known before the first of them.
        await store.rehearse()
        life.hasStarted()
        await life.untilToldToStop()
        await close()
    }

    /// Closes the store and gives its file free.
    func close() async {
        await store.close()
        release()
    }
}
