/// What an agent does that is slow to heed a cancel: nothing, for longer than it should. No test waits for that by a clock of
/// its own.
func dawdle() async { try? await Task.sleep(for: .seconds(3)) }
