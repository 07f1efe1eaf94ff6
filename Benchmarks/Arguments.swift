/// Words in their order, and options with a value.
struct Arguments {
    private var words: ArraySlice<String> = []
    private var options: [String: String] = [:]

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            guard Usage.options.contains(argument), let value = rest.popFirst() else { throw Usage() }
            options[argument] = value
        }
    }

    mutating func next() -> String? { words.popFirst() }

    mutating func count() throws -> Int {
        guard let count = next().flatMap({ Int($0) }), count > 0 else { throw Usage() }
        return count
    }

    func option(_ name: String) -> String? { options[name] }

    /// `--apps N`: how many apps the router serves; 1 unless it is given.
    func apps() throws -> Int {
        try number("--apps", within: 1...100_000) ?? 1
    }

    /// `--nodes N`: how many servers share a PostgreSQL; nil for one over SQLite.
    func nodes() throws -> Int? { try number("--nodes", within: 1...9) }

    private func number(_ option: String, within range: ClosedRange<Int>) throws -> Int? {
        guard let text = options[option] else { return nil }
        guard let number = Int(text), range.contains(number) else { throw Usage() }
        return number
    }
}

struct Usage: Error, CustomStringConvertible {
    static let options: Set<String> = ["--apps", "--store", "--log", "--nodes"]

    let description = """
        Usage: Benchmarks COMMAND        scripts/bench runs them all

          opening                                       the time to open a callback, and its parts
          serve router [--apps N] [--store FILE] [--log LEVEL]
          serve bare [--apps N]                         the same without a store
          serve health                                  the listener alone
                                                        each prints its port and ends with its input
          callbacks COUNT [--apps N]                    requests for callbacks.lua
          store COUNT FILE                              a store with jobs that wait
          costs COUNT                                   the store's calls, with nothing and with COUNT jobs stored
          stores COUNT                                  the calls of SQLite and PostgreSQL side by side
          bloat COUNT                                   a day with so many jobs in fast motion over PostgreSQL: what its
                                                        tables take, with autovacuum and without
          tallies COUNT                                 stats over COUNT stored jobs, by each grouping
          path COUNT [--apps N] [--nodes N] [--log LEVEL]
                                                        jobs from callback to delivery; with --nodes through so many
                                                        servers over one PostgreSQL
          websocket                                     frames of 1 KiB that are read in a second
          turns http|programs COUNT                     memory and threads of the router while so many turns run
          sockets COUNT                                 memory of so many bots' connections, and how they come back,
                                                        without TLS and with it
          polls TURNS                                   a bot that is called while so many turns run
          refreshes TURNS                               what it costs to show so many answers as they grow
          configuration STORE                           config.yaml of the app that these are for
          keys                                          its keys, as shell variables
        """
}
