import Synchronization

@testable import Command

/// A stream that remembers what was written, or fails as told.
final class CapturedOutput: TextOutput {
  private let written = Mutex("")
  private let failure: Int32?
  let isTerminal: Bool
  let columns: Int?

  init(isTerminal: Bool = false, columns: Int? = nil, failingWith failure: Int32? = nil) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.failure = failure
  }

  var text: String { written.withLock { $0 } }

  func write(_ text: String) throws(OutputFailure) {
    if let failure { throw OutputFailure(stream: "standard output", code: failure) }
    written.withLock { $0 += text }
  }
}
