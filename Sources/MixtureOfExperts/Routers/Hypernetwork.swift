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

  /// Creates the network.
  ///
  /// - Parameters:
  ///   - inputs: m, the length of e.
  ///   - width: s.
  ///   - depth: The number of linear maps, at least 2; the paper's 𝓗 has 2.
  ///   - outputs: The length of o.
  ///   - inputScale: How many times as large as other weights V1 begins.
  ///   - outputScale: How many times as large the last map begins.
  public init(
    _ name: String, inputs: Int, width: Int, depth: Int, outputs: Int, inputScale: Double = 1, outputScale: Double = 1,
    initializer: Initializer<Scalar>
  ) {
    precondition(depth >= 2, "Hypernetwork: depth \(depth)")
    func linear(
      _ number: Int, _ inputs: Int, _ outputs: Int, scale: Double = 1
    ) -> (V: Frozen<Scalar>, a: Frozen<Scalar>) {
      (
        initializer.frozen("\(name).weight\(number)", [outputs, inputs], scale: scale),
        Frozen("\(name).bias\(number)", .zeros([outputs]))
      )
    }
    hidden = [linear(1, inputs, width, scale: inputScale)] + (2..<depth).map { linear($0, width, width) }
    output = linear(depth, width, outputs, scale: outputScale)
  }

  /// Creates the network.
  public init(_ name: String, _ sizes: HypernetworkSizes, initializer: Initializer<Scalar>) {
    self.init(
      name, inputs: sizes.inputs, width: sizes.width, depth: sizes.depth, outputs: sizes.outputs,
      inputScale: sizes.inputScale, outputScale: sizes.outputScale, initializer: initializer)
  }

  /// The length of an embedding, m.
  public var inputs: Int { hidden[0].V.value.shape[1] }
  /// How many numbers are generated from one embedding.
  public var outputs: Int { output.V.value.shape[0] }

  /// None: 𝓗 is fixed for ever.
  public var parameters: [Parameter<Scalar>] { [] }
  /// V1, a1, …, V2, a2.
  public var frozen: [Frozen<Scalar>] { (hidden + [output]).flatMap { [$0.V, $0.a] } }

  /// Generates one row of numbers for each embedding.
  ///
  /// - Parameter e: Embeddings, one for each row, rows×m.
  /// - Returns: o, rows×outputs.
  public func callAsFunction(_ e: Variable<Scalar>) -> Variable<Scalar> {
    let z = hiddenUnits(e)[hidden.count - 1]
    return affine(z, weight: e.tape(output.V), bias: e.tape(output.a))
  }

  /// Returns the hidden units on the way to o.
  ///
  /// - Parameter e: Embeddings, one for each row, rows×m.
  /// - Returns: z of each hidden layer, first layer first, rows×s.
  public func hiddenUnits(_ e: Variable<Scalar>) -> [Variable<Scalar>] {
    let tape = e.tape
    return hidden.reduce(into: []) { units, layer in
      units.append(affine(units.last ?? e, weight: tape(layer.V), bias: tape(layer.a), activation: .relu))
    }
  }
}

/// The sizes of a hypernetwork.
public struct HypernetworkSizes: Hashable, Sendable {
  /// s in the public release, whatever its scripts say (D2).
  public static let releasedWidth = 256
  /// Linear maps in the paper's 𝓗.
  public static let releasedDepth = 2

  /// m, the length of e.
  public let inputs: Int
  /// s.
  public let width: Int
  /// Linear maps, at least 2.
  public let depth: Int
  /// The length of o.
  public let outputs: Int
  /// How many times as large as other weights V1 begins.
  public let inputScale: Double
  /// How many times as large the last map begins.
  public let outputScale: Double

  /// What a router of these sizes needs for this many numbers at a time.
  init(_ sizes: RouterSizes, outputs: Int) {
    inputs = sizes.embeddingWidth
    width = sizes.hypernetworkWidth
    depth = sizes.hypernetworkDepth
    self.outputs = outputs
    inputScale = 1 / sizes.embeddingScale
    outputScale = sizes.weightScale
  }

  /// The root mean square of o for e ~ N(0, 1) as the release begins, and of its change for e's: .02ⁿ √(m sⁿ⁻¹ / 2ⁿ⁻¹) for
  /// n linear maps, as each relu passes half of the squares.
  public var gain: Double {
    let sigma = Initializer<Float>.standardDeviation
    let hidden = (1..<depth).reduce(sigma * sigma * Double(inputs)) { squares, _ in
      squares / 2 * sigma * sigma * Double(width)
    }
    return hidden.squareRoot()
  }

  /// How many numbers all weights have.
  public var count: Int {
    width * (inputs + 1) + (depth - 2) * width * (width + 1) + outputs * (width + 1)
  }
}
