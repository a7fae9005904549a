@testable import Corpora

/// Returns the error that `body` throws, if it is a `CorpusError` whose description is one line.
func corpusError(_ body: () throws -> Void) -> CorpusError? {
  do {
    try body()
    return nil
  } catch {
    guard let error = error as? CorpusError, !error.description.contains("\n") else { return nil }
    return error
  }
}
