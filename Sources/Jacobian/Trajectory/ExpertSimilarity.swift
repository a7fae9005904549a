import Tensors

/// Returns the mean cosine of E_i(h) and E_j(h), over all pairs i < j and all tokens h: 1 for experts all alike.
///
/// Source: the representation collapse of Chi and others, 2022.
///
/// - Parameter E: The outputs of all experts for all tokens, N×n×d.
/// - Returns: From −1 to 1; 1 if there is one expert only.
public func meanExpertSimilarity(_ E: Tensor<Double>) -> Double {
  let (experts, tokens) = (E.shape[0], E.shape[1])
  guard experts > 1 else { return 1 }
  let norms = Tensor([experts, tokens, 1], (E * E).sum(axis: 2).scalars.map { $0.squareRoot() })
  // A silent expert is like no other: its direction is left at zero.
  let isSilent = norms.scalars.map { $0 == 0 ? 1.0 : 0 }
  let directions = E / (norms + Tensor([experts, tokens, 1], isSilent))
  // |Σ_i e_i|² = Σ_i |e_i|² + 2 Σ_{i<j} ⟨e_i, e_j⟩
  let sum = directions.sum(axis: 0)
  let pairs = (sum.sumOfSquares() - directions.sumOfSquares()) / 2
  return pairs / Double(tokens * experts * (experts - 1) / 2)
}

/// Returns the same mean for outputs of different tokens: every expert's tokens in a random order of their own.
///
/// What is left is what experts have in common whatever they see: the level beside which their likeness on the same token
/// is to be read. The mean of 8 draws; the same numbers every time.
///
/// - Parameter E: The outputs of all experts for all tokens, N×n×d.
/// - Returns: From −1 to 1; 1 if there is one expert only.
public func meanUnpairedExpertSimilarity(_ E: Tensor<Double>) -> Double {
  let (experts, tokens) = (E.shape[0], E.shape[1])
  var random = Random(seed: 0).child(named: "unpaired experts")
  let draws = (0..<8).map { _ in
    let shuffled = (0..<experts).map { expert in
      E.sliced(0, expert..<expert + 1).reshaped([tokens, E.shape[2]])
        .gatheringRows(random.permutation(of: tokens).map { Int32($0) }).reshaped([1, tokens, E.shape[2]])
    }
    return meanExpertSimilarity(.concatenated(shuffled, axis: 0))
  }
  return draws.reduce(0, +) / Double(draws.count)
}
