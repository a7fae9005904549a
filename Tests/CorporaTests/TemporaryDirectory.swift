import Foundation

@testable import Corpora

/// Calls `body` with the path of a new empty directory, and removes the directory.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("corpora-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try body(directory.path)
}

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
