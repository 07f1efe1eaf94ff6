import System
import Testing

@testable import RouterServer

@Suite struct NodeIdentityTests {
    @Test("a process keeps its name, and knows at each start who it was before")
    func kept() throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let path = directory.path + "/node"
        let first = try NodeIdentity.begin(at: path, named: nil)
        #expect(first.former.isEmpty && first.name.utf8.count > 5)
        let second = try NodeIdentity.begin(at: path, named: nil)
        #expect(second.name == first.name && second.incarnation != first.incarnation)
        #expect(second.former == [first.incarnation])
        let third = try NodeIdentity.begin(at: path, named: "router-1")
        #expect(third.name == "router-1" && third.former == [first.incarnation, second.incarnation])
    }

    @Test("so many starts are remembered and no more")
    func bounded() throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let path = directory.path + "/node"
        let all = try (1...30).map { _ in try NodeIdentity.begin(at: path, named: nil).incarnation }
        #expect(try NodeIdentity.begin(at: path, named: nil).former == Array(all.suffix(8)))
    }

    @Test("two in different folders have different names")
    func different() throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let names = try ["a", "b", "c"].map { try NodeIdentity.begin(at: directory.path + "/" + $0, named: nil).name }
        #expect(Set(names).count == 3)
    }

    @Test("a folder that takes nothing is told of")
    func full() {
        #expect(throws: FileError.self) { try NodeIdentity.begin(at: "/nowhere/node", named: nil) }
        #expect(NodeIdentity.beginUnwritten(at: "/nowhere/node", named: "x").name == "x")
    }
}
