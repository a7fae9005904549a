extension ClaimResult {
  /// A number found one way, where a claim is checked several ways.
  public struct Finding: Sendable {
    /// "closed form", "autodiff", "differences", or which two of them are compared.
    public let way: String
    /// The number.
    public let value: Double
    /// What of the number may be the error of the way itself, by its own estimate; 0 for rounding alone, infinite for a
    /// number that says nothing because there was nothing to look at.
    public let resolution: Double

    /// Names a number.
    ///
    /// - Parameters:
    ///   - way: How it was found.
    ///   - resolution: What of it may be the error of the way itself.
    public init(_ way: String, _ value: Double, resolution: Double = 0) {
      self.way = way
      self.value = value
      self.resolution = resolution
    }

    /// Whether the number says something about a bound.
    ///
    /// It does if it respects the bound, or misses it by more than ten times the way's own error. A number that is not one
    /// always does: it refutes.
    ///
    /// - Parameters:
    ///   - bound: A bound.
    ///   - relation: How numbers must compare with it.
    /// - Returns: False where the way is too coarse for the bound, or found nothing to look at.
    public func decides(_ bound: Double, _ relation: Relation = .atMost) -> Bool {
      if value.isNaN { return true }
      if resolution == .infinity { return false }
      return relation.isRespected(by: value, bound) || !(abs(value - bound) <= 10 * resolution)
    }

    /// Joins findings of one way, say of several tokens: the worst of those that decide; of all, if none does.
    ///
    /// - Parameters:
    ///   - way: What the joined one is called.
    ///   - bound: A bound; nil if there is none to decide about.
    ///   - relation: How numbers must compare with it.
    /// - Returns: One of them; of none NaN, for which no bound holds.
    static func worst(
      of findings: [Finding], _ way: String, bound: Double?, _ relation: Relation = .atMost
    ) -> Finding {
      let deciding = bound.map { bound in findings.filter { $0.decides(bound, relation) } } ?? findings
      let candidates = deciding.isEmpty ? findings : deciding
      let worst =
        candidates.first { $0.value.isNaN }
        ?? candidates.max { relation == .atLeast ? $0.value > $1.value : $0.value < $1.value }
      guard let worst else { return Finding(way, .nan) }
      return Finding(way, worst.value, resolution: worst.resolution)
    }
  }

  /// How a measured number must compare with its bound.
  public enum Relation: Sendable {
    /// measured ≤ bound.
    case atMost
    /// measured ≥ bound.
    case atLeast
    /// measured = bound.
    case exactly

    /// Whether a number compares with a bound as it must; what is not a number does not.
    func isRespected(by value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atMost: value <= bound
      case .atLeast: value >= bound
      case .exactly: value == bound
      }
    }
  }
}
