import Autograd
import Layers
import Tensors

/// 𝓗: a fixed random network that turns a small embedding into the weights of a router.
///
///     z = relu(V1 e + a1) ∈ ℝˢ,   o = V2 z + a2
///
/// A deeper 𝓗 repeats the first step. All weights are ``/Autograd/Frozen``: gradients flow through 𝓗 into e, never into 𝓗.
///
/// Equation [hypernetwork] in NOTES.md.
public struct Hypernetwork<Scalar: Real>: Layer {
  /// V1, s×m (deeper ones s×s); a1, s.
  public let hidden: [(V: Frozen<Scalar>, a: Frozen<Scalar>)]
  /// V2, outputs×s; a2, outputs.
  public let output: (V: Frozen<Scalar>, a: Frozen<Scalar>)

  /// Creates the network m → s → … → `outputs`, of as many linear maps as the sizes say.
  public init(_ name: String, _ sizes: RouterSizes, outputs: Int, initializer: Initializer<Scalar>) {
    let (m, s, depth) = (sizes.embeddingWidth, sizes.hypernetworkWidth, sizes.hypernetworkDepth)
    precondition(depth >= 2, "Hypernetwork: depth \(depth)")
    func linear(
      _ number: Int, _ inputs: Int, _ outputs: Int, scale: Double = 1
    ) -> (V: Frozen<Scalar>, a: Frozen<Scalar>) {
      (
        initializer.frozen("\(name).weight\(number)", [outputs, inputs], scale: scale),
        initializer.frozenZeros("\(name).bias\(number)", [outputs])
      )
    }
    hidden = [linear(1, m, s, scale: 1 / sizes.embeddingScale)] + (2..<depth).map { linear($0, s, s) }
    output = linear(depth, s, outputs, scale: sizes.weightScale)
  }

  /// The length of an embedding, m.
  public var inputs: Int { hidden[0].V.value.shape[1] }
  /// How many numbers are generated from one embedding.
  public var outputs: Int { output.V.value.shape[0] }

  /// None: 𝓗 is fixed for ever.
  public var parameters: [Parameter<Scalar>] { [] }
  /// V1, a1, …, V2, a2.
  public var frozen: [Frozen<Scalar>] { (hidden + [output]).flatMap { [$0.V, $0.a] } }

  /// Generates one row of numbers for each embedding: e, rows×m → o, rows×outputs.
  public func callAsFunction(_ e: Variable<Scalar>) -> Variable<Scalar> {
    let z = hiddenUnits(e)[hidden.count - 1]
    return affine(z, weight: e.tape(output.V), bias: e.tape(output.a))
  }

  /// The hidden units on the way to o, first layer first: e, rows×m → z of each, rows×s.
  public func hiddenUnits(_ e: Variable<Scalar>) -> [Variable<Scalar>] {
    let tape = e.tape
    return hidden.reduce(into: []) { units, layer in
      units.append(affine(units.last ?? e, weight: tape(layer.V), bias: tape(layer.a), activation: .relu))
    }
  }

  /// The root mean square of o for e ~ N(0, 1) as the release begins, and of its change for e's: .02ⁿ √(m sⁿ⁻¹ / 2ⁿ⁻¹) for
  /// n linear maps, as each relu passes half of the squares.
  public var gain: Double {
    let sigma = Initializer<Scalar>.standardDeviation
    return hidden.reduce(sigma * sigma * Double(inputs)) { squares, layer in
      squares / 2 * sigma * sigma * Double(layer.V.value.shape[0])
    }.squareRoot()
  }
}
