import Dispatch
import Synchronization

/// The threads that a computation may use.
///
/// Work is cut into tiles whose number and bounds depend on the problem alone, never on the number of threads; each tile
/// writes its own part of the result. So the same bits come out whatever `count` is.
public struct Workers: Sendable, Hashable {
  /// The number of threads, at least one.
  public let count: Int

  /// One thread: the caller's own.
  public static let one = Workers(count: 1)

  /// Creates a team of workers, smaller than asked for where the system lets the process have no more threads.
  public init(count: Int) {
    self.count = count > 1 ? 1 + Self.threads(atMost: count - 1) : 1
  }

  /// How many threads were asked for, and how many of them there can be beside the caller's.
  private static let tried = Mutex((asked: 0, made: 0))

  /// Returns how many threads can be made beside the caller's, by making them: libdispatch waits for ever for one that cannot.
  private static func threads(atMost count: Int) -> Int {
    tried.withLock { tried in
      if count > tried.asked, tried.made == tried.asked { tried = (count, made(count)) }
      return min(count, tried.made)
    }
  }

  /// Makes threads that wait until there are all of them, and ends them.
  private static func made(_ count: Int) -> Int {
    let gate = DispatchSemaphore(value: 0)
    var threads: [SystemThread] = []
    while threads.count < count, let thread = SystemThread({ gate.wait() }) { threads.append(thread) }
    for _ in threads { gate.signal() }
    for thread in threads { thread.join() }
    return threads.count
  }

  /// Runs `body` for every tile number in 0 ..< `tiles` and returns when all are done.
  ///
  /// Threads take the next tile as they become free, so tiles of unequal cost balance themselves.
  ///
  /// - Parameter body: The work of one tile; it may run on any thread, in any order.
  public func forEach(_ tiles: Int, _ body: (Int) -> Void) {
    let threads = min(count, tiles)
    guard threads > 1 else {
      for tile in 0..<max(0, tiles) { body(tile) }
      return
    }
    let next = Atomic<Int>(0)
    withoutActuallyEscaping(body) { body in
      // The closures run only while concurrentPerform does, and tiles write disjoint memory.
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        while true {
          let tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if tile >= tiles { return }
          body(tile)
        }
      }
    }
  }
}

extension Workers {
  /// Runs `body` for every tile number and returns the results in their order.
  ///
  /// - Parameter body: The work of one tile; it may run on any thread, in any order.
  public func map<Result>(_ tiles: Int, _ body: (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: tiles) { results, initialized in
      // Each tile initialises an element of its own.
      nonisolated(unsafe) let base = results.baseAddress
      forEach(tiles) { tile in (base.unsafelyUnwrapped + tile).initialize(to: body(tile)) }
      initialized = tiles
    }
  }
}
