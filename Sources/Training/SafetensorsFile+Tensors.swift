import RunFiles
import Tensors

extension SafetensorsFile {
  /// Adds a tensor.
  mutating func append<Scalar: Real>(_ name: String, _ tensor: Tensor<Scalar>) {
    append(name, shape: tensor.shape.dimensions, tensor.scalars)
  }

  /// Reads a tensor of a known shape.
  ///
  /// - Throws: `FileError`: `unexpected` if there is no such tensor, `damaged` if it holds another number.
  func tensor<Scalar: Real>(
    _ name: String, _ shape: Shape, in accepted: ClosedRange<Scalar> = .finite
  ) throws(FileError) -> Tensor<Scalar> {
    let scalars = try scalars(of: name, as: Scalar.self)
    guard let entry = entry(named: name), entry.shape == shape.dimensions else {
      let found = entry(named: name).map { "\($0.shape)" } ?? "nothing"
      throw FileError(.unexpected, path, "tensor \"\(name)\": found shape \(found), expected \(shape.dimensions)")
    }
    try expect(scalars, of: name, in: accepted)
    return Tensor(shape, scalars)
  }

  /// Refuses numbers that no training leaves behind.
  func expect<Scalar: Real>(
    _ scalars: [Scalar], of name: String, in accepted: ClosedRange<Scalar>
  ) throws(FileError) {
    guard let index = scalars.firstIndex(outside: accepted) else { return }
    let sign = accepted.lowerBound < 0 ? "" : ", none below \(accepted.lowerBound)"
    throw FileError(
      .damaged, path, "tensor \"\(name)\": found \(scalars[index]) at index \(index), expected finite numbers\(sign)")
  }

  /// Refuses arrays of another scalar type: rounding them would change bits.
  func expectScalars(_ type: (_ name: String) -> SafetensorsScalar) throws(FileError) {
    for entry in entries where entry.scalar != type(entry.name) {
      throw FileError(
        .unexpected, path,
        "tensor \"\(entry.name)\": found \(entry.scalar.rawValue), expected \(type(entry.name).rawValue)")
    }
  }

  /// Refuses a file that belongs to another configuration; those of earlier versions and of other programs name none.
  func expect(of configuration: String) throws(FileError) {
    guard let own = metadata[Self.configurationKey], own != configuration else { return }
    throw FileError(
      .unexpected, path,
      "belongs to a config.json with checksum \(own), found \(configuration): that was edited, or one of the two is another run's"
    )
  }

  /// Refuses a file far too small for a model, before memory for the model is asked for.
  func expectAbout(_ weights: Int) throws(FileError) {
    let found = entries.reduce(0) { $0 + $1.shape.reduce(1, *) }
    guard weights <= 2 * found else {
      throw FileError(.unexpected, path, "found \(found) numbers, expected a model of \(weights) (config.json)")
    }
  }
}

extension ClosedRange where Bound: Real {
  /// Every number but the infinities.
  static var finite: ClosedRange { -Bound.greatestFiniteMagnitude...Bound.greatestFiniteMagnitude }

  /// The squares of numbers and their means.
  static var finiteNotNegative: ClosedRange { 0...Bound.greatestFiniteMagnitude }
}

extension Array where Element: Real {
  /// Returns where the first number outside of a range stands; NaN is outside of every range.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func firstIndex(outside range: ClosedRange<Element>) -> Int? {
    let (least, greatest) = (range.lowerBound, range.upperBound)
    return withUnsafeBufferPointer { numbers in
      // Blocks without a way out are compared many numbers at a time.
      for start in stride(from: 0, to: numbers.count, by: 4096) {
        let block = start..<Swift.min(start &+ 4096, numbers.count)
        var outside: UInt8 = 0
        for index in block { outside |= numbers[index] >= least && numbers[index] <= greatest ? 0 : 1 }
        if outside != 0 { return block.first { !(numbers[$0] >= least && numbers[$0] <= greatest) } }
      }
      return nil
    }
  }
}
