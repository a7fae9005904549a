import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// Fuzzing, stopping at every fifth file operation, long runs of commands: run with `HYPERROUTER_THOROUGH=1`, as `.ci/run` does.
  public static var thorough: Self {
    .enabled(if: ProcessInfo.processInfo.environment["HYPERROUTER_THOROUGH"] == "1", "HYPERROUTER_THOROUGH=1 runs it")
  }
}
