import Tensors

/// What the cosines of rows with their tokens would be if rows had any other direction: the level of chance.
///
/// It is not 0. Tokens are grouped by the very rows whose cosine with the groups is taken, so rows of any direction score.
/// The level keeps all but the direction: each row's numbers are put in a random order, the tokens choose again by the
/// rows that this makes, and the cosine is taken with the new groups. The mean of 20 draws; the same numbers every time.
extension LayerSnapshot {
  private static var draws: Int { 20 }

  /// The level of ``alignment``.
  public var alignmentLevel: Double? {
    let mean = W_r.mean(axis: 0).reshaped([1, W_r.shape[1]])
    return level("alignment", of: centredRows) { mean + $0 }
  }

  /// The level of ``drift(since:)``.
  ///
  /// - Parameter start: The same mixture at step 0.
  /// - Returns: nil for rows that did not move.
  public func driftLevel(since start: LayerSnapshot) -> Double? {
    W_r == start.W_r ? nil : level("drift", of: W_r - start.W_r) { start.W_r + $0 }
  }

  private func level(
    _ name: String, of rows: Tensor<Double>, _ router: (Tensor<Double>) -> Tensor<Double>
  ) -> Double? {
    var random = Random(seed: 0).child(named: name)
    let cosines = (0..<Self.draws).compactMap { _ -> Double? in
      let permuted = rows.permutingEachRow(&random)
      let logits = tokens.matrixProduct(router(permuted).transposed(0, 1)) + b_r.reshaped([1, b_r.count])
      let choices = logits.topK(1).map { Int($0) }
      return TokenGroups(tokens, firstChoices: choices, experts: W_r.shape[0]).meanCosine(permuted)
    }
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }
}

extension Tensor<Double> {
  /// The numbers of each row in a random order of its own.
  fileprivate func permutingEachRow(_ random: inout Random) -> Tensor {
    let rows = (0..<shape[0]).map { row in
      let numbers = sliced(0, row..<row + 1).scalars
      return random.permutation(of: numbers.count).map { numbers[$0] }
    }
    return Tensor(shape, rows.flatMap { $0 })
  }
}
