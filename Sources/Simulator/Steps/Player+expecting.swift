import Lifecycle
import System
import Text
import WeCom

extension Player {
    /// Waits for what is expected.
    func expect(_ expectation: Expectation) async throws(StepFailure) -> [Sighting] {
        let end = MonotonicTime.now.advanced(by: expectation.within)
        while true {
            let (found, more) = look(for: expectation)
            if found.count >= expectation.times {
                bookmarks.withLock { $0.pass(found) }
                return found
            }
            let left = end.since(.now)
            guard left > .zero, !Task.isCancelled else {
                throw StepFailure(
                    expected: "\(expectation) within \(expectation.within.short)", came: came(expectation, found))
            }
            _ = await more.isReached(within: left)
        }
    }

    /// Waits for the time in which something must not come.
    func expectNothing(_ expectation: Expectation) async throws(StepFailure) {
        let end = MonotonicTime.now.advanced(by: expectation.within)
        while true {
            let (found, more) = look(for: expectation)
            if let first = found.first {
                throw StepFailure(
                    expected: "no \(expectation) for \(expectation.within.short)", came: first.description)
            }
            let left = end.since(.now)
            guard left > .zero, !Task.isCancelled else { return }
            _ = await more.isReached(within: left)
        }
    }

    private func look(for expectation: Expectation) -> (found: [Sighting], more: Signpost) {
        let bookmarks = bookmarks.withLock { $0 }
        let (sightings, more) = sightings.after(bookmarks.start)
        return (bookmarks.found(expectation, in: sightings), more)
    }

    /// The things that came in the place of what was expected, in words.
    private func came(_ expectation: Expectation, _ found: [Sighting]) -> String {
        var wider = expectation
        (wider.words, wider.times) = (.any, 5)
        let bookmarks = bookmarks.withLock { $0 }
        let near = bookmarks.found(wider, in: sightings.after(bookmarks.start).sightings)
        let count = expectation.times > 1 ? "\(found.count) of them: " : ""
        return count + (near.isEmpty ? "nothing" : near.map(\.description).joined(separator: ", then "))
            + slip(in: expectation)
    }

    /// A hint where nobody is known who would have seen it.
    private func slip(in expectation: Expectation) -> String {
        guard let to = expectation.to, !isKnown(UserID(to)), let name = nearestPerson(to: to), !name.isSame(as: to)
        else {
            return ""
        }
        return "; nobody here is called \(to): did you mean \(name)?"
    }
}
