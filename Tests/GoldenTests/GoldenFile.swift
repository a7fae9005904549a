import Foundation
import RunFiles
import Tensors
import TestSupport
import Training

/// A file of `Fixtures`: numbers that another framework computed.
struct GoldenFile {
  private let file: SafetensorsFile

  /// Opens `Fixtures/NAME.safetensors`.
  init(_ name: String) throws {
    file = try SafetensorsFile(contentsOf: SourceTree.path("Fixtures/\(name).safetensors"))
  }

  /// The names, without folder and extension, of all files that begin with a prefix.
  static func names(beginningWith prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: SourceTree.path("Fixtures"))
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".safetensors") }
      .map { String($0.dropLast(".safetensors".count)) }
      .sorted()
  }

  /// The names of all arrays.
  var names: [String] { file.entries.map(\.name) }

  /// Whether there is an array of a name.
  func has(_ name: String) -> Bool { file.entry(named: name) != nil }

  /// The shape of an array.
  func shape(_ name: String) -> Shape? { file.entry(named: name).map { Shape($0.shape) } }

  /// An array of reals, rounded to the type asked for.
  func tensor<S: Real>(_ name: String, as type: S.Type = S.self) throws -> Tensor<S> {
    let values = try file.scalars(of: name, as: Double.self)
    return Tensor(shape(name) ?? [], values.map { S($0) })
  }

  /// An array of indices.
  func indices(_ name: String) throws -> [Int32] { try file.integers(of: name).map { Int32($0) } }

  /// A text of the metadata.
  func text(_ key: String) throws -> String {
    guard let value = file.metadata[key] else { throw Missing(key: key) }
    return value
  }

  /// A number of the metadata.
  func number(_ key: String) throws -> Int {
    guard let value = Int(try text(key)) else { throw Missing(key: key) }
    return value
  }

  struct Missing: Error { let key: String }
}

/// Says how a tensor deviates from golden values beyond rounding, or nothing: shapes must be equal, and the bound is a
/// fraction of the largest expected number (of 1 if all are 0 or tiny).
func deviation<S: Real>(_ actual: Tensor<S>, _ expected: Tensor<S>, _ tolerance: S) -> String? {
  guard actual.shape == expected.shape else { return "shape \(actual.shape) against \(expected.shape)" }
  let largest = expected.scalars.reduce(S(0)) { max($0, abs($1)) }
  return mismatch(actual.scalars, expected.scalars, absolute: tolerance * max(largest, 1e-3), relative: tolerance)
}
