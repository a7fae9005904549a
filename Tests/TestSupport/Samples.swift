import Foundation
import Tensors
import Testing

/// Returns independent normal numbers, the same for the same seed.
package func sample<Scalar: Real>(_ shape: Shape, seed: UInt64, scale: Double = 1) -> Tensor<Scalar> {
  var random = Random(seed: seed)
  return .normal(shape, standardDeviation: scale, random: &random)
}

extension Tensor {
  /// Returns an equal tensor whose elements lie elsewhere: views in which a kernel might read the wrong memory.
  package func asViews() -> [Tensor] {
    guard shape.rank > 0 else { return [self] }
    let last = shape.rank - 1
    let padding = Tensor(shape.replacing(last, with: 1), repeating: .nan)
    let inside = Tensor.concatenated([padding, self, padding], axis: last).sliced(last, 1..<1 + shape[last])
    let exchanged = transposed(0, last).contiguous().transposed(0, last)
    let rowPadding = Tensor(shape.replacing(0, with: 1), repeating: .nan)
    let shifted = Tensor.concatenated([rowPadding, self], axis: 0).sliced(0, 1..<1 + shape[0])
    return [inside, exchanged, shifted]
  }
}

/// Says how two lists of numbers differ, or nothing if they agree: the one comparator of all tests.
///
/// Lists agree when they are not empty, equally long, free of NaN, and every pair satisfies
/// |actual − expected| ≤ absolute + relative·|expected|. Equal infinities agree.
///
/// - Returns: A sentence that names the worst index, or nil.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
package func mismatch<Scalar: BinaryFloatingPoint>(
  _ actual: [Scalar], _ expected: [Scalar], absolute: Scalar = 0, relative: Scalar = 0
) -> String? {
  if actual.count != expected.count { return "\(actual.count) numbers against \(expected.count)" }
  if actual.isEmpty { return "nothing to compare: both lists are empty" }
  var worst: (index: Int, excess: Scalar)?
  for index in actual.indices where actual[index] != expected[index] {
    let (a, e) = (actual[index], expected[index])
    if a.isNaN || e.isNaN || a.isInfinite || e.isInfinite { return "index \(index): \(a) against \(e)" }
    let excess = abs(a - e) - (absolute + relative * abs(e))
    if excess > (worst?.excess ?? 0) { worst = (index, excess) }
  }
  return worst.map {
    "index \($0.index): \(actual[$0.index]) against \(expected[$0.index]), \($0.excess) beyond the bound"
  }
}

/// A directory of its own for one test, removed with the suite whose property it is.
package final class TemporaryDirectory: Sendable {
  /// The directory's path.
  package let path: String

  /// Makes an empty directory.
  package init() {
    path = NSTemporaryDirectory() + "hyperrouter-test-\(UUID().uuidString)"
    // What is not there is missed by the first test that writes into it.
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs a test with a new empty directory.
  ///
  /// - Throws: What the test throws.
  package static func use(_ body: (TemporaryDirectory) throws -> Void) throws {
    let directory = TemporaryDirectory()
    try withExtendedLifetime(directory) { try body(directory) }
  }

  /// Returns the path of a file in the directory.
  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file.
  ///
  /// - Throws: What the system says.
  package func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Reads a text file.
  ///
  /// - Throws: What the system says.
  package func contents(of name: String) throws -> String {
    try String(contentsOfFile: file(name), encoding: .utf8)
  }

  /// The names of everything in the directory, sorted.
  package var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

extension Trait where Self == ConditionTrait {
  /// Fuzzing, stopping at every fifth file operation, long runs of commands: run with `HYPERROUTER_THOROUGH=1`, as `.ci/run` does.
  package static var thorough: Self {
    .enabled(if: ProcessInfo.processInfo.environment["HYPERROUTER_THOROUGH"] == "1", "HYPERROUTER_THOROUGH=1 runs it")
  }
}
