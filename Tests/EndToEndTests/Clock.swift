import System

/// The time as callbacks carry it.
func nowSeconds() -> Int64 { Timestamp.now.seconds }
