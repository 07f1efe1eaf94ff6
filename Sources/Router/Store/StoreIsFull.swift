/// A message was not accepted because the disk is nearly full. It works again as soon as some of it is free.
package struct StoreIsFull: Error, Equatable, CustomStringConvertible {
    package let free: Int
    package let minFree: Int

    package init(free: Int, minFree: Int) {
        self.free = free
        self.minFree = minFree
    }

    package var description: String {
        "the store's disk has \(free >> 20) MiB free, less than the \(minFree >> 20) MiB of store.min_free: free some of it"
    }
}
