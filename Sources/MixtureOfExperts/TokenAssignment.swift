/// Where each token's k copies go: the assignments of tokens to experts, sorted by expert.
///
/// Experts work on contiguous groups of rows, as many as tokens chose them; an expert that no token chose has an empty
/// group and does no work. Within a group tokens keep their order.
public struct TokenAssignment: Sendable {
  /// The number of tokens, n.
  public let tokens: Int
  /// The number of experts chosen for each token.
  public let k: Int
  /// Expert i owns rows `offsets[i] ..< offsets[i + 1]` of the sorted order; N + 1 numbers.
  public let offsets: [Int]
  /// For each row of the sorted order, its token.
  public let sources: [Int32]
  /// For each token and choice (row-major n×k), its row in the sorted order.
  public let positions: [Int32]

  /// Sorts assignments by expert.
  ///
  /// - Parameters:
  ///   - selection: The chosen experts, row-major n×k.
  ///   - k: The number of experts chosen for each token.
  ///   - experts: N.
  public init(selection: [Int32], k: Int, experts: Int) {
    precondition(
      k > 0 && selection.count % k == 0 && selection.allSatisfy { $0 >= 0 && Int($0) < experts },
      "TokenAssignment: \(selection.count) choices, k = \(k), N = \(experts)")
    tokens = selection.count / k
    self.k = k
    var offsets = [Int](repeating: 0, count: experts + 1)
    for expert in selection { offsets[Int(expert) + 1] += 1 }
    for expert in 0..<experts { offsets[expert + 1] += offsets[expert] }
    var next = offsets
    var sources = [Int32](repeating: 0, count: selection.count)
    var positions = sources
    for (choice, expert) in selection.enumerated() {
      let row = next[Int(expert)]
      next[Int(expert)] += 1
      sources[row] = Int32(choice / k)
      positions[choice] = Int32(row)
    }
    self.offsets = offsets
    self.sources = sources
    self.positions = positions
  }

  /// The number of experts, N.
  public var experts: Int { offsets.count - 1 }

  /// The rows of the sorted order that belong to an expert.
  ///
  /// - Parameter expert: 0 ..< N.
  /// - Returns: A range, empty if no token chose it.
  public func rows(of expert: Int) -> Range<Int> { offsets[expert]..<offsets[expert + 1] }

  /// The experts that have rows, with their rows.
  var groups: [(expert: Int, rows: Range<Int>)] {
    (0..<experts).compactMap { expert in
      let rows = rows(of: expert)
      return rows.isEmpty ? nil : (expert, rows)
    }
  }
}
