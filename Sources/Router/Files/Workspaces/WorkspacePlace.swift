import System

/// The place of a working directory on this disk.
struct WorkspacePlace: Sendable {
    let root: String
    /// The directory of the app.
    let app: String
    /// The directory of the conversation in that of the app.
    let name: String

    /// The name under which all processes know it.
    var id: String { "\(app)/\(name)" }

    /// The account of which copy it is.
    var mark: String { "\(root)/\(app)/\(WorkspacePlace.markName(of: name))" }
    /// Where a copy lies on its way.
    var pack: String { "\(root)/\(app)/\(WorkspacePlace.packName(of: name))" }

    static func markName(of name: String) -> String { ".\(name).copy" }
    static func packName(of name: String) -> String { ".\(name).pack" }

    /// Opens the directory, which is made if it is not there. It is `user`'s.
    func open(ownedBy user: SystemUser? = nil) throws(FileError) -> Folder {
        try makeDirectoryForUse(root)
        let app = try Folder(root).folder(app)
        if user != nil {
            try Folder(root).letOthersPass()
            try app.letOthersPass()
        }
        return try app.folder(name, ownedBy: user)
    }

    /// The mark of what is there: none where the directory has gone.
    func readMark() -> WorkspaceMark { fileExists("\(root)/\(app)/\(name)") ? WorkspaceMark(at: mark) : .none }
}
