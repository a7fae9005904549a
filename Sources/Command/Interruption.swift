import Foundation
import Kernels
import Synchronization

/// What Control-C does, at any moment of the process: one value watches from its beginning to its end.
///
/// SIGTERM and SIGHUP, by which batch systems and closed terminals stop a job, do the same, and so does the end of whoever reads
/// standard output. Work that only reads is ended at once. Work that keeps something is completed first, up to the end of a step
/// or of a file; being asked a second time ends that, too.
final class Interruption: Sendable {
  /// Who asks for the end.
  enum Cause: Equatable, Sendable {
    case signal(Int32, ExitStatus)
    /// The reader of standard output has gone, so there is nothing to say.
    case readerGone

    static let signals = [
      Cause.signal(SIGINT, .interrupted), .signal(SIGTERM, .terminated), .signal(SIGHUP, .hungUp),
    ]
  }

  private struct State {
    var cause: Cause?
    /// Pieces of work that are to be completed.
    var worksInProgress = 0
    var advice: String?
  }

  private let state = Mutex(State())

  /// Whether the end was asked for.
  var isRequested: Bool { state.withLock { $0.cause != nil } }

  /// Begins to watch; called once, before the process has other threads.
  func watch(program: String) {
    var watched = sigset_t()
    sigemptyset(&watched)
    for case .signal(let number, _) in Cause.signals {
      // Who started this process in the background of a script, or with nohup, had it ignore what is meant for others.
      let earlier = signal(number, SIG_DFL)
      if unsafeBitCast(earlier, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
        signal(number, SIG_IGN)
      } else {
        sigaddset(&watched, number)
      }
    }
    // Threads inherit this: a signal waits for the one thread that asks for it, however busy the others are.
    pthread_sigmask(SIG_BLOCK, &watched, nil)
    let signals = watched
    let watcher = SystemThread {
      var signals = signals
      var number: Int32 = 0
      while sigwait(&signals, &number) == 0 {
        let cause = Cause.signals.first { if case .signal(number, _) = $0 { true } else { false } }
        if let cause { self.end(for: cause, program) }
      }
    }
    // Then a signal ends the process as it ends others.
    if watcher == nil { pthread_sigmask(SIG_UNBLOCK, &watched, nil) }
    guard StandardStream.output.isPipe else { return }
    _ = SystemThread {
      StandardStream.output.waitUntilUnread()
      self.end(for: .readerGone, program)
    }
  }

  /// Ends the process, unless work is to be completed before.
  private func end(for cause: Cause, _ program: String) {
    guard let error = request(cause) else { return }
    if let error = error as? CommandError {
      // A terminal's line holds progress or generated text, and the echoed ^C.
      let start = StandardStream.error.isTerminal ? "\n" : ""
      try? StandardStream.error.write("\(start)\(program): \(error.message)\n")
      _exit(error.status.rawValue)
    }
    _exit(ExitStatus.inputOutput.rawValue)
  }

  /// Says how an interrupted user can go on: what follows "interrupted; ", or nil if nothing is kept.
  func advise(_ advice: String?) {
    state.withLock { $0.advice = advice }
  }

  /// Does work that Control-C may not cut in two; a long one looks at ``isRequested`` now and then.
  ///
  /// Ends with the status of the signal if there was one meanwhile and the work did not fail of itself.
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
      return state.cause != nil && state.worksInProgress == 0
    }
    if isOver { throw error() }
    return result
  }

  /// The error that an interrupted command ends with, and what was going on: " after step 3 of 9".
  func error(_ moment: String = "") -> any Error { state.withLock { Self.error($0, moment) } }

  /// Notes that the end is asked for; nil if work is to be completed before.
  func request(_ cause: Cause = Cause.signals[0]) -> (any Error)? {
    state.withLock { state in
      let isPatient = state.worksInProgress > 0 && state.cause == nil
      state.cause = state.cause ?? cause
      return isPatient ? nil : Self.error(state)
    }
  }

  private static func error(_ state: State, _ moment: String = "") -> any Error {
    guard case .signal(let number, let status) = state.cause ?? Cause.signals[0] else {
      return OutputFailure(stream: StandardStream.output.name, code: EPIPE)
    }
    let sender = [SIGTERM: " by SIGTERM", SIGHUP: " by SIGHUP"][number] ?? ""
    return CommandError(status, "interrupted\(sender)\(moment)" + (state.advice.map { "; \($0)" } ?? ""))
  }
}
