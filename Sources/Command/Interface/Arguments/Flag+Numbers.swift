extension Flag where Value == Int {
  /// Declares a flag that takes an integer.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - range: The integers accepted.
  public static func integer(
    _ name: String, _ valueName: String = "N", in range: ClosedRange<Int>, help: String
  ) -> Flag<Int> {
    let bounds = "\(range.lowerBound) to \(range.upperBound)"
    return Flag(name, valueName: valueName, constraint: bounds, help: help, describe: { "\($0)" }) {
      text throws(ValueProblem) in
      guard let value = Int(text), range.contains(value) else {
        throw ValueProblem(expected: "an integer from \(bounds)")
      }
      return value
    }
  }
}

extension Flag where Value == [Int] {
  /// Declares a flag that takes integers separated by commas, each at most once.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - range: The integers accepted.
  public static func integers(
    _ name: String, _ valueName: String = "N,N,…", in range: ClosedRange<Int>, help: String
  ) -> Flag<[Int]> {
    let bounds = "\(range.lowerBound) to \(range.upperBound)"
    return Flag(
      name, valueName: valueName, constraint: "each \(bounds)", help: help,
      describe: { $0.map(String.init).joined(separator: ",") },
      parse: { text throws(ValueProblem) in
        var values: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
          guard let value = Int(part), range.contains(value) else {
            throw ValueProblem(expected: "integers from \(bounds), separated by commas", found: part)
          }
          guard !values.contains(value) else { throw ValueProblem(expected: "every integer once", found: part) }
          values.append(value)
        }
        return values
      })
  }
}

extension Flag where Value == Double {
  /// Declares a flag that takes a real number in decimal notation.
  ///
  /// - Parameters:
  ///   - valueName: What stands for the value in the help text.
  ///   - interval: The numbers accepted.
  public static func real(
    _ name: String, _ valueName: String = "X", in interval: RealInterval, help: String
  ) -> Flag<Double> {
    Flag(
      name, valueName: valueName, constraint: interval.description, help: help,
      describe: { RealInterval.short($0) },
      parse: { text throws(ValueProblem) in
        // Double's own reader also takes "nan", "infinity" and hexadecimal numbers.
        let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard isDecimal, let value = Double(text), interval.contains(value) else {
          throw ValueProblem(expected: "a number \(interval)")
        }
        return value
      })
  }
}
