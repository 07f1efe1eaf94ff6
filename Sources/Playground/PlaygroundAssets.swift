import Pages

/// The files of these pages, each under a path with its digest.
enum PlaygroundAssets {
    static let base = "/assets/"
    static let style = Asset(
        "play.css", .style, of: SharedAssets.style + [PackageResources.play_css], below: base)
    static let script = Asset(
        "play.js", .script, of: SharedAssets.script + [PackageResources.play_js], below: base)
    static let favicon = Asset("favicon.svg", .icon, of: [SharedAssets.favicon], below: base)

    static let all = [style, script, favicon]
}
