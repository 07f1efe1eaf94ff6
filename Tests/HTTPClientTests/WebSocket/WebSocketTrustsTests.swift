import Foundation
import TLS
import Testing

@testable import HTTPClient

@Suite("what connections share", .enabled(if: OwnCertificate.isAvailable, "needs the openssl program"))
struct WebSocketTrustsTests {
    @Test("those that name the same file share what was read of it, and no others do")
    func shared() throws {
        let files = try [OwnCertificate(), OwnCertificate()]
        defer { for file in files { file.remove() } }
        var trusts = WebSocketTrusts(authorities: files[0].certificate)
        let same = try [0, 0].map { try trusts.trust(files[$0].certificate) } + [trusts.trust(nil)]
        #expect(same.allSatisfy { $0 === same[0] })
        let other = try [1, 1].map { try trusts.trust(files[$0].certificate) }
        #expect(other[0] === other[1] && other[0] !== same[0])
        let again = try trusts.trust(files[0].certificate)
        #expect(again === same[0])
    }

    @Test("those that name no file share what the system trusts")
    func ofSystem() throws {
        var trusts = WebSocketTrusts(authorities: nil)
        let (first, second) = (try trusts.trust(nil), try trusts.trust(nil))
        #expect(first === second)
    }

    @Test("of more files than are kept, each is read all the same")
    func many() throws {
        let file = try OwnCertificate()
        defer { file.remove() }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        var trusts = WebSocketTrusts(authorities: nil)
        for number in 0..<130 {
            let path = folder.appendingPathComponent("\(number)").path
            try FileManager.default.copyItem(atPath: file.certificate, toPath: path)
            let (first, second) = (try trusts.trust(path), try trusts.trust(path))
            #expect(first === second)
        }
    }
}
