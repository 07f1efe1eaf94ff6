/// The eight patterns that turn modules over, so that a text does not look like one of the patterns around it.
enum QRMask: Int, CaseIterable, Sendable {
    case checks, rows, columns, diagonals, bricks, stars, petals, lattice

    /// True for the modules that are turned over.
    func turns(_ row: Int, _ column: Int) -> Bool {
        switch self {
        case .checks: (row + column) % 2 == 0
        case .rows: row % 2 == 0
        case .columns: column % 3 == 0
        case .diagonals: (row + column) % 3 == 0
        case .bricks: (row / 2 + column / 3) % 2 == 0
        case .stars: row * column % 2 + row * column % 3 == 0
        case .petals: (row * column % 2 + row * column % 3) % 2 == 0
        case .lattice: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }
}

extension QRCanvas {
    /// The harm that a mask does to whoever reads the code: long runs and blocks of one colour, what looks like a finder, and more of one
    /// colour than of the other. The mask with the least is taken.
    var penalty: Int {
        let rows = (0..<size).map { row in (0..<size).map { modules[row * size + $0] } }
        let columns = (0..<size).map { column in (0..<size).map { modules[$0 * size + column] } }
        return (rows + columns).reduce(0) { $0 + runs(in: $1) + finders(in: $1) } + blocks(rows) + imbalance
    }

    private func runs(in line: [Bool]) -> Int {
        var (penalty, length) = (0, 0)
        for index in line.indices {
            length = index > 0 && line[index] == line[index - 1] ? length + 1 : 1
            penalty += length == 5 ? 3 : length > 5 ? 1 : 0
        }
        return penalty
    }

    /// The middle line of a finder with four light modules on one side. Around the code all is light.
    private func finders(in line: [Bool]) -> Int {
        let border = [Bool](repeating: false, count: 4)
        let padded = border + line + border
        let core = [true, false, true, true, true, false, true]
        return (4...(padded.count - 11)).count { start in
            padded[start..<(start + 7)].elementsEqual(core)
                && (!padded[(start - 4)..<start].contains(true) || !padded[(start + 7)..<(start + 11)].contains(true))
        } * 40
    }

    private func blocks(_ rows: [[Bool]]) -> Int {
        var count = 0
        for row in 1..<size {
            for column in 1..<size {
                let corner = rows[row][column]
                if rows[row - 1][column] == corner, rows[row][column - 1] == corner,
                    rows[row - 1][column - 1] == corner
                {
                    count += 1
                }
            }
        }
        return count * 3
    }

    /// Ten for each twentieth that the dark modules are away from a half.
    private var imbalance: Int {
        let dark = modules.count { $0 }
        return abs(dark * 20 - modules.count * 10) / modules.count * 10
    }
}
