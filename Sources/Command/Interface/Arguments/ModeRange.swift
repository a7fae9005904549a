/// The value of a schedule flag: a mode and two integers, written `MODE:MIN:MAX`, or `MODE:N` where both are the same.
public struct ModeRange: Sendable, Equatable, CustomStringConvertible {
  /// One of the declared modes.
  public let mode: String
  /// The smaller integer.
  public let minimum: Int
  /// The larger integer; equal to the smaller one for a constant mode.
  public let maximum: Int
  private let isConstant: Bool

  /// The value as it would be typed.
  public var description: String {
    isConstant ? "\(mode):\(minimum)" : "\(mode):\(minimum):\(maximum)"
  }

  /// Creates the value of a mode that does not change.
  ///
  /// - Parameters:
  ///   - mode: The mode's name.
  ///   - value: The one integer.
  public init(constant mode: String, _ value: Int) {
    self.mode = mode
    minimum = value
    maximum = value
    isConstant = true
  }

  /// Creates the value of a mode that moves between two integers.
  ///
  /// - Parameters:
  ///   - mode: The mode's name.
  ///   - minimum: The smaller integer.
  ///   - maximum: The larger integer.
  public init(_ mode: String, _ minimum: Int, _ maximum: Int) {
    self.mode = mode
    self.minimum = minimum
    self.maximum = maximum
    isConstant = false
  }

  /// Reads `MODE:MIN:MAX` or `MODE:N`.
  ///
  /// - Parameters:
  ///   - constantModes: The modes that take one integer.
  ///   - movingModes: The modes that take two.
  ///   - range: The integers accepted.
  /// - Returns: The value, its minimum not above its maximum.
  /// - Throws: What was expected instead.
  public static func parse(
    _ text: String, constantModes: [String], movingModes: [String], in range: ClosedRange<Int>
  ) throws(ValueProblem) -> ModeRange {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let mode = parts[0]
    let isConstant = constantModes.contains(mode)
    guard isConstant || movingModes.contains(mode) else {
      let modes = constantModes + movingModes
      throw ValueProblem(
        expected: "one of the modes \(modes.joined(separator: ", "))", found: mode,
        suggestion: NearestName.of(mode, among: modes))
    }
    let form = isConstant ? "\(mode):N" : "\(mode):MIN:MAX"
    guard parts.count == (isConstant ? 2 : 3) else { throw ValueProblem(expected: form) }
    var integers: [Int] = []
    for part in parts.dropFirst() {
      guard let integer = Int(part), range.contains(integer) else {
        throw ValueProblem(
          expected: "\(form) with integers from \(range.lowerBound) to \(range.upperBound)", found: part)
      }
      integers.append(integer)
    }
    if isConstant { return ModeRange(constant: mode, integers[0]) }
    guard integers[0] <= integers[1] else { throw ValueProblem(expected: "\(form) with MIN not above MAX") }
    return ModeRange(mode, integers[0], integers[1])
  }
}
