/// Does nothing for longer than it should, as an agent does that is slow to heed a cancel. No test waits for that by a
/// clock of its own.
func dawdle() async { try? await Task.sleep(for: .seconds(3)) }
