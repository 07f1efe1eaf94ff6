import Lifecycle

/// Returns when the task is cancelled.
func untilCancelled() async { await Signpost().wait() }
