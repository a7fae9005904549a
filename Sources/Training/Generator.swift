import Autograd
import Layers
import MixtureOfExperts
import Tensors
import TransformerXL

/// Continues a text symbol by symbol, with memory: a symbol costs one symbol's work, however long the text is.
public struct Generator<Scalar: Real> {
  let model: LanguageModel<Scalar>
  let k: Int
  let temperature: Double
  private var memory = Memory<Scalar>.empty
  /// The logits of the next symbol.
  private(set) var scores: [Double] = []
  private var random: Random

  /// Prepares a generator.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - k: Experts for each token.
  ///   - temperature: Divides the logits; 0 always takes the likeliest symbol.
  ///   - seed: Determines the choices.
  public init(_ model: LanguageModel<Scalar>, k: Int, temperature: Double, seed: UInt64) {
    self.model = model
    self.k = k
    self.temperature = temperature
    random = Random(seed: seed).child(named: "generation")
  }

  /// Reads symbols that are given.
  ///
  /// - Parameter symbols: At least one symbol before the first ``next()``.
  public mutating func read(_ symbols: [Int32]) {
    var rest = symbols[...]
    while !rest.isEmpty {
      let segment = Array(rest.prefix(model.configuration.segment))
      rest = rest.dropFirst(segment.count)
      // What follows, another piece of the prompt or a single symbol, sees a context as long as in training: M + T.
      let next = max(1, min(rest.count, model.configuration.segment))
      let limit = model.configuration.memory + model.configuration.segment - next
      let output = model(
        segment, batch: 1, memory: memory, memoryLimit: limit, k: k, random: nil, on: .evaluating())
      memory = output.memory
      let vocabulary = output.logits.shape[1]
      scores = output.logits.value.scalars.suffix(vocabulary).map(Double.init)
    }
  }

  /// Draws the next symbol and reads it.
  ///
  /// - Returns: A symbol 0 ..< V.
  public mutating func next() -> Int32 {
    precondition(!scores.isEmpty, "Generator.next: nothing was read")
    let symbol = Int32(temperature == 0 ? likeliest() : drawn())
    read([symbol])
    return symbol
  }

  private func likeliest() -> Int {
    scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }

  private mutating func drawn() -> Int {
    let scaled = Tensor<Double>([scores.count], scores.map { $0 / temperature })
    var rest = random.uniform()
    let probabilities = scaled.softmax().scalars
    for (symbol, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return symbol }
    }
    return likeliest()
  }
}
