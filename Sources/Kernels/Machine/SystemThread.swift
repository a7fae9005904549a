#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A thread of the system's own: unlike Foundation's and libdispatch's it says whether it could be made.
package struct SystemThread {
  #if canImport(Darwin)
    private var thread: pthread_t?
  #else
    private var thread = pthread_t()
  #endif

  private final class Box {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }

  /// Does work on a new thread; nil where the system lets the process have no more.
  package init?(_ work: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(work))
    let code = pthread_create(
      &thread, nil,
      { argument in
        // Optional on one of the two systems.
        let argument: UnsafeMutableRawPointer? = argument
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      return nil
    }
  }

  /// Waits for the end of the work.
  package func join() {
    #if canImport(Darwin)
      if let thread { pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
  }
}
