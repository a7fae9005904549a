import Autograd
import Layers
import MixtureOfExperts
import Tensors

@testable import TransformerXL

extension LanguageModel {
  /// Creates a model with initial weights around Transformer-XL.
  init(_ configuration: Configuration, seed: UInt64) {
    self.init(TransformerXLHost(configuration, initializer: Initializer<Scalar>(seed: seed)))
  }

  /// What is around the mixtures.
  var transformerXL: TransformerXLHost<Scalar> {
    guard let host = host as? TransformerXLHost<Scalar> else { preconditionFailure("not Transformer-XL") }
    return host
  }

  /// Creates a model whose weights and biases are all random and large, so that every part matters and no gradient is
  /// small.
  init(lively configuration: Configuration, seed: UInt64) {
    self.init(configuration, seed: seed)
    var random = Random(seed: seed).child(named: "lively")
    func values(_ name: String, _ shape: Shape) -> Tensor<Scalar> {
      let isGain = name.hasSuffix("gain")
      return .normal(shape, mean: isGain ? 1 : 0, standardDeviation: isGain ? 0.2 : 0.6, random: &random)
    }
    for parameter in parameters { parameter.value = values(parameter.name, parameter.value.shape) }
    for weight in frozen { weight.restore(values(weight.name, weight.value.shape)) }
  }

  /// Reads a segment without dropout and without a record.
  func read(
    _ tokens: [Int32], batch: Int = 1, after memory: HostState<Scalar> = .empty, remembering limit: Int? = nil,
    k: Int = 2
  ) -> (logits: Tensor<Scalar>, memory: HostState<Scalar>) {
    let output = self(
      tokens, batch: batch, state: memory, limit: limit, k: k, random: nil, on: .evaluating())
    return (output.logits.value, output.state)
  }

  /// The hidden states of a segment at every level, each B×T×d.
  func states(
    _ tokens: [Int32], batch: Int = 1, after memory: HostState<Scalar> = .empty, k: Int = 2
  ) -> [Tensor<Scalar>] {
    // A memory of exactly one segment is the segment's hidden states.
    read(tokens, batch: batch, after: memory, remembering: tokens.count / batch, k: k).memory.tensors
  }

  /// A trainable weight.
  func parameter(_ name: String) -> Parameter<Scalar>? { parameters.first { $0.name == name } }
}

/// Random symbols 0 ..< vocabulary.
func randomTokens(_ count: Int, vocabulary: Int = 5, seed: UInt64 = 1) -> [Int32] {
  var random = Random(seed: seed).child(named: "tokens")
  return (0..<count).map { _ in Int32(random.below(vocabulary)) }
}

/// A random memory, as of an earlier segment.
func randomMemory<S: Real>(
  _ configuration: Configuration, length: Int, batch: Int = 1, seed: UInt64 = 1
) -> HostState<S> {
  guard length > 0 else { return .empty }
  var random = Random(seed: seed).child(named: "memory")
  return HostState(
    (0...configuration.layers).map { _ in
      .normal([batch, length, configuration.modelWidth], random: &random)
    })
}
