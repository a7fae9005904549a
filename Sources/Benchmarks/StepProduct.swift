import Training

/// One kind of matrix product of a training step: a linear map, forward or backward, of one shard of the batch.
///
/// The products inside attention (scores, sums) run in a kernel of their own and are not among them.
public struct StepProduct: Equatable, Sendable {
  /// What a linear map is multiplied for.
  public enum Pass: String, CaseIterable, Codable, Sendable {
    /// y = x Wᵀ.
    case forward
    /// dx = dy W.
    case input = "input gradient"
    /// dW = dyᵀ x.
    case weight = "weight gradient"

    /// Which factor lies in memory transposed.
    var transpose: MatrixBenchmark.Transpose {
      switch self {
      case .forward: .right
      case .input: .none
      case .weight: .left
      }
    }
  }

  /// The weight, as the equations call it.
  public let name: String
  /// What it is for.
  public let pass: Pass
  /// Its sizes; as many at once as there are experts.
  public let problem: MatrixBenchmark.Problem
  /// How often a step needs it: once for each layer and shard.
  public let times: Int

  /// The bytes of both factors and the result, in Float.
  public var bytes: Int {
    let (m, k, n) = (problem.m, problem.k, problem.n)
    return 4 * problem.batch * (m * k + k * n + m * n)
  }

  /// All products of a step.
  ///
  /// - Parameters:
  ///   - sizes: The model's and the batch's, with tokens spread evenly over the experts.
  ///   - vocabulary: V.
  /// - Returns: In the order of a step: forward from the first map to the last, then back.
  public static func all(of sizes: Preset.Sizes, vocabulary: Int) -> [StepProduct] {
    let (d, w, f) = (sizes.modelWidth, sizes.heads * sizes.headWidth, sizes.expertWidth)
    let rows = sizes.batch / sizes.shards
    let (tokens, keys) = (rows * sizes.segment, sizes.memory + sizes.segment)
    let perExpert = max(1, tokens * sizes.k / sizes.experts)
    // A map of `rows` rows from `inputs` to `outputs` numbers; backward, keys and values of memory need no dx.
    let maps: [(name: String, rows: Int, rowsWithGradient: Int, inputs: Int, outputs: Int, batch: Int, layers: Int)] = [
      ("W_q", tokens, tokens, d, w, 1, sizes.layers),
      ("W_k, W_v", rows * keys, tokens, d, 2 * w, 1, sizes.layers),
      ("W_R", keys, 0, d, w, 1, sizes.layers),
      ("W_O", tokens, tokens, w, d, 1, sizes.layers),
      ("W_r", tokens, tokens, d, sizes.experts, 1, sizes.layers),
      ("W1", perExpert, perExpert, d, f, sizes.experts, sizes.layers),
      ("W2", perExpert, perExpert, f, d, sizes.experts, sizes.layers),
      ("Emb", tokens, tokens, d, vocabulary, 1, 1),
    ]
    return maps.flatMap { map in
      Pass.allCases.compactMap { pass in
        let (m, k, n) =
          switch pass {
          case .forward: (map.rows, map.inputs, map.outputs)
          case .input: (map.rowsWithGradient, map.outputs, map.inputs)
          case .weight: (map.outputs, map.rows, map.inputs)
          }
        guard m > 0 else { return nil }
        return StepProduct(
          name: map.name, pass: pass, problem: MatrixBenchmark.Problem(m: m, k: k, n: n, batch: map.batch),
          times: map.layers * sizes.shards)
      }
    }
  }
}
