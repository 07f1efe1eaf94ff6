// swift-tools-version: 6.2
import PackageDescription

// Targets and what each may see. Dependencies point one way:
//
//   wecom-router → RouterServer → { SQLiteStore PostgresStore Agents Lanes } → Router → WeCom → { XML Crypto HTTP JSON }
//   RouterServer → Admin → { Pages WeCom } (never Router: it asks /v1)
//   RouterServer → Playground → { Simulator Markdown Pages } ; Simulator → WeCom, HTTPServer (never Router)
//   Pages → { HTML HTTP Crypto Lifecycle }: what all pages in a browser share
//   HTTPServer → { Crypto HTTP System Lifecycle }      HTTPClient → { Crypto HTTP TLS }      every binding → its C library
//   Text is what anybody may use who reads what others wrote
//
// docs/architecture.md walks through them in a message's order.

/// A C library of the system: a module map and a shim, no code.
func cLibrary(_ name: String, pkgConfig: String? = nil, apt: String? = nil) -> Target {
    .systemLibrary(
        name: name,
        path: "Sources/CLibraries/\(name)",
        pkgConfig: pkgConfig,
        providers: apt.map { [.apt([$0])] }
    )
}

/// The only place for unsafe code: one thin module over one C library.
func binding(_ name: String, to library: String, _ others: Target.Dependency...) -> Target {
    .target(name: name, dependencies: [.byName(name: library)] + others, path: "Sources/Bindings/\(name)")
}

let package = Package(
    name: "wecom-router",
    products: [.executable(name: "wecom-router", targets: ["wecom-router"])],
    targets: [
        cLibrary("CBuild"),
        cLibrary("CLinux"),
        cLibrary("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        cLibrary("CLibSSL", pkgConfig: "libssl", apt: "libssl-dev"),
        cLibrary("CXML2", pkgConfig: "libxml-2.0", apt: "libxml2-dev"),
        cLibrary("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        cLibrary("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        cLibrary("CLibPQ", pkgConfig: "libpq", apt: "libpq-dev"),
        cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),

        binding("Build", to: "CBuild"),
        binding("System", to: "CLinux"),
        binding("Crypto", to: "COpenSSL"),
        binding("TLS", to: "CLibSSL", "System"),
        binding("XML", to: "CXML2"),
        binding("YAML", to: "CYAML"),
        binding("SQLite", to: "CSQLite", "System"),
        binding("PostgreSQL", to: "CLibPQ", "Lifecycle", "System"),
        binding("HTTPClient", to: "CCurl", "Crypto", "HTTP", "System", "TLS"),

        .target(name: "Text"),
        .target(name: "JSON", dependencies: ["Text"]),
        .target(name: "TOML", dependencies: ["Text"]),
        .target(name: "QR"),
        .target(name: "HTTP", dependencies: ["Text"]),
        .target(name: "Observability", dependencies: ["JSON", "System"]),
        .target(name: "Lifecycle", dependencies: ["Observability", "System"]),
        .target(
            name: "HTTPServer",
            dependencies: ["Crypto", "HTTP", "JSON", "Lifecycle", "Observability", "System", "Text"]),
        .target(
            name: "WeCom", dependencies: ["Crypto", "HTTP", "JSON", "Lifecycle", "System", "Text", "XML"]),
        .target(name: "Markdown", dependencies: ["Text"]),
        .target(
            name: "Router",
            dependencies: ["Crypto", "JSON", "Lifecycle", "Markdown", "Observability", "System", "Text", "WeCom"]),
        .target(
            name: "SQLiteStore",
            dependencies: ["JSON", "Observability", "Router", "SQLite", "System", "Text", "WeCom"],
            resources: [.embedInCode("Migrations")]
        ),
        .target(
            name: "PostgresStore",
            dependencies: ["Crypto", "JSON", "Observability", "PostgreSQL", "Router", "System", "Text", "WeCom"],
            resources: [.embedInCode("Migrations")]
        ),
        .target(
            name: "Agents",
            dependencies: ["Crypto", "HTTP", "JSON", "Lifecycle", "Observability", "Router", "System", "Text", "WeCom"]),
        .target(
            name: "Lanes", dependencies: ["HTTP", "JSON", "Lifecycle", "Observability", "Router", "System", "WeCom"]),
        .target(
            name: "Simulator",
            dependencies: [
                "Crypto", "HTTP", "HTTPServer", "JSON", "Lifecycle", "Observability", "System", "Text", "WeCom", "XML",
            ]),
        .target(name: "HTML", dependencies: ["Text"]),
        .target(
            name: "Pages", dependencies: ["Crypto", "HTML", "HTTP", "JSON", "Lifecycle", "System", "Text"],
            resources: [.embedInCode("Assets")]),
        .target(
            name: "Playground",
            dependencies: [
                "Crypto", "HTML", "HTTP", "HTTPServer", "JSON", "Lifecycle", "Markdown", "Observability", "Pages",
                "Simulator", "System", "Text", "WeCom", "XML",
            ],
            resources: [.embedInCode("Assets")]),
        .target(
            name: "Admin",
            dependencies: [
                "Crypto", "HTML", "HTTP", "JSON", "Observability", "Pages", "System", "Text", "WeCom",
            ],
            resources: [.embedInCode("Assets")]),
        .target(
            name: "RouterServer",
            dependencies: [
                "Admin", "Agents", "Build", "Crypto", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lanes", "Lifecycle",
                "Observability", "Playground", "PostgreSQL", "PostgresStore", "QR", "Router", "SQLite", "SQLiteStore",
                "Simulator", "System", "TLS", "TOML", "Text", "WeCom", "XML", "YAML",
            ]
        ),
        .target(name: "SeededTesting", dependencies: ["System"]),
        .target(name: "TestSupport", dependencies: ["System"], path: "Tests/TestSupport"),
        .target(name: "ProgramTesting", path: "Tests/ProgramTesting"),
        .target(name: "PostgresTesting", dependencies: ["ProgramTesting"], path: "Tests/PostgresTesting"),
        .target(name: "HostileTesting", path: "Tests/HostileTesting"),
        .target(
            name: "BrowserTesting",
            dependencies: ["HTTP", "HTTPClient", "JSON", "Lifecycle", "ProgramTesting", "System", "TestSupport"],
            path: "Tests/BrowserTesting"),
        .target(
            name: "PromiseTesting",
            dependencies: [
                "Crypto", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lifecycle", "Observability", "ProgramTesting",
                "SeededTesting", "Simulator", "System", "Text", "WeCom",
            ],
            path: "Tests/PromiseTesting"),
        .target(
            name: "StoreTesting", dependencies: ["Router", "SeededTesting", "System", "TestSupport", "WeCom"],
            path: "Tests/StoreTesting"),
        .target(
            name: "RouterTesting",
            dependencies: [
                "JSON", "Lifecycle", "Observability", "Router", "RouterServer", "Simulator", "System", "WeCom",
            ]
        ),
        .executableTarget(name: "wecom-router", dependencies: ["RouterServer", "System"]),

        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Crypto", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lanes", "Lifecycle", "Observability",
                "PostgreSQL", "PostgresStore", "PostgresTesting", "Router", "RouterServer", "Simulator", "SQLite",
                "SQLiteStore",
                "System", "WeCom",
            ],
            path: "Benchmarks",
            exclude: ["callbacks.lua", "peers", "results"]
        ),

        .executableTarget(
            name: "CrashTest",
            dependencies: [
                "HTTP", "HTTPClient", "Lifecycle", "Observability", "PromiseTesting", "SeededTesting", "Simulator",
                "System",
            ],
            path: "Tests/CrashTest"
        ),

        .executableTarget(
            name: "ClusterTest",
            dependencies: [
                "HTTP", "HTTPClient", "Lifecycle", "Observability", "PostgresTesting", "ProgramTesting",
                "PromiseTesting", "SeededTesting", "Simulator", "System", "WeCom",
            ],
            path: "Tests/ClusterTest"
        ),

        .executableTarget(
            name: "ModelTest", dependencies: ["SeededTesting", "StoreTesting", "System", "TestSupport"],
            path: "Tests/ModelTest"),

        // A router in small that a test kills, to see what becomes of its programs.
        .executableTarget(name: "SpawnerTrial", dependencies: ["System"], path: "Tests/SpawnerTrial"),

        // One turn in a process of its own, whose memory is looked at.
        .executableTarget(
            name: "MemoryTrial", dependencies: ["Agents", "HTTPClient", "Router", "System", "WeCom"],
            path: "Tests/MemoryTrial"),

        // The programs that agents' protocols are tested against.
        .executableTarget(name: "MockAgent", dependencies: ["JSON", "System"], path: "Tests/MockAgent"),

        .testTarget(name: "TextTests", dependencies: ["HostileTesting", "SeededTesting", "Text"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "SeededTesting"]),
        .testTarget(name: "TOMLTests", dependencies: ["SeededTesting", "TOML"]),
        .testTarget(name: "QRTests", dependencies: ["QR"], resources: [.embedInCode("Fixtures")]),
        .testTarget(name: "HTMLTests", dependencies: ["HTML", "HostileTesting"]),
        .testTarget(
            name: "PagesTests",
            dependencies: ["HTML", "HTTP", "JSON", "Lifecycle", "Pages", "System", "TestSupport", "Text"]),
        .testTarget(
            name: "PlaygroundTests",
            dependencies: [
                "BrowserTesting", "Crypto", "HTML", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lifecycle",
                "Observability", "Pages",
                "Playground", "ProgramTesting", "Simulator", "System", "TestSupport", "Text", "WeCom", "wecom-router",
            ]),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "Admin", "BrowserTesting", "HTTP", "HTTPClient", "JSON", "Lifecycle", "Observability", "Pages",
                "Router", "RouterServer",
                "RouterTesting", "Simulator", "System", "TestSupport", "Text", "WeCom",
            ]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "SeededTesting", "Text"]),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTP", "HTTPServer", "Lifecycle", "Observability", "System", "TestSupport"]
        ),
        .testTarget(
            name: "LifecycleTests",
            dependencies: ["Lifecycle", "Observability", "SeededTesting", "System", "TestSupport"]),
        .testTarget(name: "ObservabilityTests", dependencies: ["JSON", "Observability", "System"]),
        .testTarget(
            name: "BindingsTests",
            dependencies: [
                "Crypto", "Lifecycle", "PostgreSQL", "PostgresTesting", "ProgramTesting", "SeededTesting", "SQLite",
                "System", "TestSupport", "XML", "YAML",
            ]),
        .testTarget(
            name: "ProcessTests",
            dependencies: ["Lifecycle", "ProgramTesting", "SpawnerTrial", "System", "TestSupport", "wecom-router"]),
        .testTarget(
            name: "AgentsTests",
            dependencies: [
                "Agents", "Crypto", "HostileTesting", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lifecycle",
                "MemoryTrial", "MockAgent", "Observability", "ProgramTesting", "Router", "SeededTesting", "System",
                "TestSupport", "Text", "WeCom",
            ]),
        .testTarget(name: "MarkdownTests", dependencies: ["HostileTesting", "Markdown", "SeededTesting"]),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: [
                "Crypto", "HTTP", "HTTPClient", "HTTPServer", "Lifecycle", "Observability", "System", "TLS",
                "TestSupport",
            ]),
        .testTarget(
            name: "WeComTests",
            dependencies: [
                "Crypto", "HostileTesting", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lifecycle", "Observability",
                "SeededTesting", "System", "TestSupport", "WeCom", "XML",
            ],
            resources: [.copy("Fixtures")]
        ),
        .testTarget(
            name: "RouterTests",
            dependencies: [
                "HostileTesting", "JSON", "Lanes", "Lifecycle", "Observability", "Router", "RouterTesting",
                "SeededTesting", "SQLiteStore", "System", "TestSupport", "WeCom",
            ]
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "JSON", "Lifecycle", "PostgreSQL", "PostgresStore", "PostgresTesting", "ProgramTesting", "Router",
                "SeededTesting", "SQLite", "SQLiteStore", "StoreTesting", "System", "TestSupport", "WeCom",
            ]),
        .testTarget(
            name: "LanesTests",
            dependencies: [
                "Crypto", "HostileTesting", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lanes", "Lifecycle",
                "Observability", "Router", "RouterTesting", "SeededTesting", "Simulator", "SQLite", "SQLiteStore",
                "System", "TestSupport", "WeCom",
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "ClusterTest", "CrashTest", "Crypto", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lanes", "Lifecycle",
                "MockAgent",
                "Observability", "PostgreSQL", "PostgresStore", "PostgresTesting", "ProgramTesting", "Router",
                "RouterServer", "RouterTesting", "SeededTesting", "Simulator", "SQLite", "System", "TestSupport",
                "WeCom",
                "wecom-router",
            ]
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: [
                "Crypto", "HTTP", "HTTPClient", "HTTPServer", "JSON", "Lifecycle", "Observability", "Simulator",
                "System", "TestSupport", "Text",
                "WeCom", "XML",
            ]
        ),
        .testTarget(
            name: "DocumentationTests", dependencies: ["Observability", "RouterServer", "RouterTesting", "YAML"]),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Agents", "HTTP", "JSON", "Lanes", "Lifecycle", "Observability", "ProgramTesting", "Router",
                "RouterServer",
                "SQLiteStore", "SeededTesting", "System", "TestSupport", "Text", "WeCom", "YAML",
            ]),
    ],
    swiftLanguageModes: [.v6]
)

/// Every module of ours is built alike.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]
for target in package.targets where target.type != .system { target.swiftSettings = house }

/// The commit that is built, where whoever builds it says so, as `scripts/run` and `scripts/package` do.
if let commit = Context.environment["WECOM_ROUTER_COMMIT"], !commit.isEmpty {
    for target in package.targets where target.name == "Build" {
        target.swiftSettings?.append(.unsafeFlags(["-Xcc", "-DWECOM_ROUTER_COMMIT=\(commit)"]))
    }
}
