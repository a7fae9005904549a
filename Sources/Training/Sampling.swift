import Tensors

/// How the next symbol is chosen by a model's logits.
///
/// The logits are divided by the temperature first; then all but the likeliest symbols are left out; then, of what these have
/// together, all but the likeliest that reach a share. Of equally likely symbols the one with the lower number counts as
/// likelier.
public struct Sampling: Sendable, Hashable {
  /// Draws from the model's own distribution.
  public static let defaultTemperature = 1.0
  /// Leaves nothing out.
  public static let defaultMass = 1.0

  /// Divides the logits; 0 always takes the likeliest symbol.
  public var temperature: Double
  /// K: how many of the likeliest symbols can be drawn; all if nil.
  ///
  /// Known as top-k sampling; here k counts experts.
  public var symbols: Int?
  /// P: how much probability the likeliest symbols must have together to be all that can be drawn; all can at 1.
  ///
  /// The set is the smallest one, and the symbol with which it reaches P belongs to it. Known as top-p or nucleus sampling.
  public var mass: Double

  /// Describes a choice.
  public init(temperature: Double = defaultTemperature, symbols: Int? = nil, mass: Double = defaultMass) {
    precondition(temperature >= 0, "Sampling: the temperature must not be negative, found \(temperature)")
    precondition(symbols.map { $0 >= 1 } ?? true, "Sampling: at least one symbol must be kept, found \(symbols ?? 0)")
    precondition(mass > 0 && mass <= 1, "Sampling: the mass must be above 0 and at most 1, found \(mass)")
    self.temperature = temperature
    self.symbols = symbols
    self.mass = mass
  }

  /// Returns a symbol.
  func symbol(_ logits: [Double], _ random: inout Random) -> Int {
    if temperature == 0 { return Self.likeliest(logits) }
    let kept = probabilities(logits)
    var rest = random.uniform() * kept.sum
    for (symbol, probability) in kept.probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return symbol }
    }
    return Self.likeliest(logits)
  }

  /// Returns how likely each symbol is to be drawn, but for a factor.
  func probabilities(_ logits: [Double]) -> (probabilities: [Double], sum: Double) {
    let all = Tensor<Double>([logits.count], logits.map { $0 / temperature }).softmax().scalars
    let limit = min(symbols ?? logits.count, logits.count)
    if limit == logits.count, mass == 1 { return (all, 1) }
    let order = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }
    var kept = order.prefix(limit)
    if mass < 1 {
      let reached = mass * kept.reduce(0) { $0 + all[$1] }
      var sum = 0.0
      // The symbol that reaches the share belongs to it.
      let last = kept.firstIndex { symbol in
        sum += all[symbol]
        return sum >= reached
      }
      kept = kept.prefix(through: last ?? kept.endIndex - 1)
    }
    var left = [Double](repeating: 0, count: all.count)
    for symbol in kept { left[symbol] = all[symbol] }
    return (left, left.reduce(0, +))
  }

  /// The first of the symbols with the highest logit.
  private static func likeliest(_ logits: [Double]) -> Int {
    logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
  }
}
