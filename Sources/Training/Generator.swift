import MixtureOfExperts
import Tensors

/// Continues a text symbol by symbol, with memory: a symbol costs one symbol's work, however long the text is.
///
/// The model's weights must not change meanwhile.
public struct Generator<Scalar: Real> {
  /// How many symbols are written unless given.
  public static var defaultLength: Int { 300 }

  private let segment: Int
  let k: Int
  let sampling: Sampling
  let workers: Workers
  private var reader: any IncrementalReader<Scalar>
  /// The logits of the next symbol.
  private(set) var scores: [Double] = []
  private var random: Random

  /// Prepares a generator.
  public init(
    _ model: LanguageModel<Scalar>, k: Int, sampling: Sampling = Sampling(), seed: UInt64,
    workers: Workers = .one
  ) {
    segment = model.configuration.segment
    self.k = k
    self.sampling = sampling
    self.workers = workers
    reader = model.fixingRouters().reader(workers: workers)
    random = Self.random(seed: seed)
  }

  /// Begins to choose as a generator with another seed does; what was read stays.
  public mutating func reseed(_ seed: UInt64) {
    random = Self.random(seed: seed)
  }

  /// Reads symbols that are given, a segment at a time.
  public mutating func read(_ symbols: [Int32]) {
    var rest = symbols[...]
    while !rest.isEmpty {
      let segment = Array(rest.prefix(self.segment))
      rest = rest.dropFirst(segment.count)
      // One symbol's work is too little to share: handing it over takes longer.
      let logits = reader(segment, k: k, workers: segment.count > 1 ? workers : .one)
      scores = logits.scalars.suffix(logits.shape[1]).map(Double.init)
    }
  }

  /// Draws the next symbol and reads it.
  ///
  /// - Throws: ``TrainingError/generationNotFinite``: nothing can be chosen by such scores.
  public mutating func next() throws(TrainingError) -> Int32 {
    precondition(!scores.isEmpty, "Generator.next: nothing was read")
    guard scores.firstIndex(outside: .finite) == nil else { throw .generationNotFinite }
    let symbol = Int32(sampling.symbol(scores, &random))
    read([symbol])
    return symbol
  }

  private static func random(seed: UInt64) -> Random { Random(seed: seed).child(named: "generation") }
}
