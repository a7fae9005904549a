import LinearAlgebra
import Tensors

/// Tokens grouped by the expert that they choose first: with more choices, all experts would share more and more tokens.
public struct TokenGroups: Sendable {
  /// For each expert the mean of its tokens, less the mean of all, 1×d; nil without tokens, and where all are its own.
  public let centredMeans: [Tensor<Double>?]

  /// Groups tokens.
  ///
  /// - Parameters:
  ///   - tokens: n×d.
  ///   - firstChoices: The expert of each.
  ///   - experts: N.
  public init(_ tokens: Tensor<Double>, firstChoices: [Int], experts: Int) {
    precondition(
      tokens.shape[0] == firstChoices.count, "TokenGroups: \(tokens.shape[0]) tokens, \(firstChoices.count) choices")
    let width = tokens.shape[1]
    let mean = tokens.mean(axis: 0).reshaped([1, width])
    centredMeans = (0..<experts).map { expert in
      let own = firstChoices.indices.filter { firstChoices[$0] == expert }
      guard !own.isEmpty && own.count < firstChoices.count else { return nil }
      return tokens.gatheringRows(own.map { Int32($0) }).mean(axis: 0).reshaped([1, width]) - mean
    }
  }

  /// The mean cosine of rows with the centred means of their tokens.
  ///
  /// - Parameter rows: One for each expert, N×d.
  /// - Returns: From −1 to 1; nil if no expert has tokens of its own.
  public func meanCosine(_ rows: Tensor<Double>) -> Double? {
    let cosines = centredMeans.enumerated().compactMap { expert, mean in
      mean.map { rows.sliced(0, expert..<expert + 1).cosineSimilarity(to: $0) }
    }
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }
}
