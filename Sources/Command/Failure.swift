import Corpora
import MixtureOfExperts
import Experiments
import RunFiles
import Training

extension String {
  /// `modelWidth` as `model-width`.
  fileprivate var asFlag: String { reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : "\($1)" } }
}

/// Does a command's work and turns the errors of all targets into an exit status and a line.
func reporting(_ work: () throws -> Void) throws {
  do {
    try work()
  } catch let error as CorpusError {
    throw CommandError(.badData, error.description)
  } catch let error as FileError {
    let status: ExitStatus =
      switch error.kind {
      case .missing: .missingInput
      case .damaged, .unexpected: .badData
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
    throw CommandError(status, error.description)
  } catch let error as TrainingError {
    throw CommandError(.failure, error.description)
  } catch let error as ExperimentFailure {
    throw CommandError(.failure, error.description)
  } catch let error as MemoryShortage {
    if let setting = error.setting { throw CommandError.usage("--\(setting.asFlag): \(error)") }
    throw CommandError.usage(
      "\(error); reduce --batch, --segment, --memory, --layers, --model-width, --experts, --expert-width or "
        + "--embedding-width")
  } catch let error as ConfigurationError {
    throw CommandError.usage("--\(error.name.asFlag): found \(error.found), expected \(error.expected)")
  }
}
