import PostgreSQL
import PostgresTesting
import Testing

extension Database {
    /// Writes notes through a proxy that cuts each write a little further on, until one comes through whole, and expects each note to be there
    /// once. `least` is the number of places at which a write is cut.
    func expectNotesOnce(
        through proxy: CuttingProxy, cutting direction: CuttingProxy.Direction, every bytes: Int, atLeast least: Int
    ) async throws {
        var (byte, round) = (0, 0)
        while true {
            try await note("warm \(round)")
            let before = proxy.faults
            proxy.arm(.cut, direction, after: byte)
            try await note("\(round)")
            if proxy.faults == before { break }
            round += 1
            byte += bytes
        }
        proxy.release()
        #expect(round > least)
        #expect(try await notes().count == 2 * round + 2)
        #expect(statistics.ambiguous > 0)
    }
}
