import Corpora
import RunFiles

/// Shows how far steps are.
package protocol StepProgress {
  /// - Parameter bitsPerCharacter: The loss, if there is one.
  func update(step: Int, bitsPerCharacter: Double?)
  /// A line of its own above the progress.
  func note(_ text: String)
  func finish()
}

/// Is told what goes on.
package protocol ProgressReporter {
  /// A line for a person.
  func note(_ line: String)
  /// Begins steps, whose loss is counted in bits per `symbol`.
  func steps(_ label: String, symbol: String, of steps: Int, tokensPerStep: Int, from first: Int) -> any StepProgress
}

extension ProgressReporter {
  /// The text, once what is to be said of its files is said.
  package func noting(_ corpus: Corpus) -> Corpus {
    corpus.notes.forEach(note)
    return corpus
  }
}

/// What an experiment needs of whoever runs it: to be told, to be stopped, and to have pages written.
package protocol ExperimentObserver: ProgressReporter {
  /// Says what comes, in sentences that may be broken into lines.
  func announce(_ sentences: [String])
  /// Whether work is to be stopped at the next step.
  var isInterrupted: Bool { get }
  /// Does work that may not be cut in two; throws ``interruption(_:)`` after it if it is to be stopped.
  func completing<Result>(_ work: () throws -> Result) throws -> Result
  /// Says how an interrupted user can go on; nil if nothing is kept.
  func advise(_ advice: String?)
  /// The error that an experiment ends with if it is interrupted at a moment: " after step 3 of 9".
  func interruption(_ moment: String) -> any Error
  /// Told what is there so far of the runs of a directory, by their names in it; there may be something to show.
  func recorded(_ runs: [String: RunRecord], in directory: RunDirectory) throws
}

/// An experiment that cannot go on: one line.
package struct ExperimentFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
