import Foundation
import Synchronization

/// What Control-C does, at any moment of the process: one value watches from its beginning to its end.
///
/// Work that only reads is ended at once. Work that keeps something is completed first, up to the end of a step or of a
/// file; a second Control-C ends that, too.
final class Interruption: Sendable {
  private struct State {
    var isRequested = false
    /// Pieces of work that are to be completed.
    var worksInProgress = 0
    var advice: String?
  }

  private let state = Mutex(State())

  /// Whether the user pressed Control-C.
  var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Begins to watch; called once, before the process has other threads.
  func watch(program: String) {
    // Who started this process in the background of a script had it ignore the signal, which is meant for others.
    let earlier = signal(SIGINT, SIG_DFL)
    if unsafeBitCast(earlier, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
      signal(SIGINT, SIG_IGN)
      return
    }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    // Threads inherit this: the signal waits for the one thread that asks for it, however busy the others are.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    Thread.detachNewThread {
      var signals = watched
      var signal: Int32 = 0
      while sigwait(&signals, &signal) == 0 {
        guard let error = self.request() else { continue }
        // A terminal's line holds progress or generated text, and the echoed ^C.
        let start = StandardStream.error.isTerminal ? "\n" : ""
        try? StandardStream.error.write("\(start)\(program): \(error.message)\n")
        _exit(error.status.rawValue)
      }
    }
  }

  /// Says how an interrupted user can go on: what follows "interrupted; ", or nil if nothing is kept.
  func advise(_ advice: String?) {
    state.withLock { $0.advice = advice }
  }

  /// Does work that Control-C may not cut in two; a long one looks at ``isRequested`` now and then.
  ///
  /// Ends with status 130 if Control-C was pressed meanwhile and the work did not fail of itself.
  func completing<Result>(_ work: () throws -> Result) throws -> Result {
    state.withLock { $0.worksInProgress += 1 }
    let result: Result
    do {
      result = try work()
    } catch {
      state.withLock { $0.worksInProgress -= 1 }
      throw error
    }
    // In one go: a request is either seen here or finds no work in progress.
    let isOver = state.withLock { state in
      state.worksInProgress -= 1
      return state.isRequested && state.worksInProgress == 0
    }
    if isOver { throw error() }
    return result
  }

  /// The error that an interrupted command ends with, and what was going on: " after step 3 of 9".
  func error(_ moment: String = "") -> CommandError {
    Self.error(moment, advice: state.withLock { $0.advice })
  }

  /// Notes that the user pressed Control-C; nil if work is to be completed before the process ends.
  func request() -> CommandError? {
    state.withLock { state in
      let isPatient = state.worksInProgress > 0 && !state.isRequested
      state.isRequested = true
      return isPatient ? nil : Self.error("", advice: state.advice)
    }
  }

  private static func error(_ moment: String, advice: String?) -> CommandError {
    CommandError(.interrupted, "interrupted\(moment)" + (advice.map { "; \($0)" } ?? ""))
  }
}
