import Pages

/// The files of these pages, each under a path with its digest.
enum AdminAssets {
    static let base = "/admin/assets/"
    static let style = Asset(
        "admin.css", .style, of: SharedAssets.style + [PackageResources.admin_css], below: base)
    static let script = Asset("admin.js", .script, of: SharedAssets.script + [PackageResources.admin_js], below: base)
    static let favicon = Asset("favicon.svg", .icon, of: [SharedAssets.favicon], below: base)

    static let all = [style, script, favicon]
}
