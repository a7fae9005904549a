import Dispatch
import Foundation
import Synchronization

/// Notices that the user pressed Control-C, so that a step can be finished and kept; the second time ends the program.
final class Interruption {
  private final class Request: Sendable {
    let isMade = Atomic<Bool>(false)
  }

  private let request = Request()
  private let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInteractive))

  /// Whether the user pressed Control-C.
  var isRequested: Bool { request.isMade.load(ordering: .relaxed) }

  /// Begins to watch.
  init() {
    signal(SIGINT, SIG_IGN)
    let request = request
    source.setEventHandler {
      request.isMade.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    source.resume()
  }

  deinit {
    source.cancel()
    signal(SIGINT, SIG_DFL)
  }
}
