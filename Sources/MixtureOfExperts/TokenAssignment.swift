/// Where each token's copies go: the assignments of tokens to experts, sorted by expert.
///
/// A token may be assigned to any number of experts, or to none. Experts work on contiguous groups of rows, as many as they have
/// tokens; an expert without tokens has an empty group and does no work. Within a group tokens keep their order.
public struct TokenAssignment: Sendable {
  /// The chosen experts, token after token: P choices.
  public let selection: [Int32]
  /// Token t's choices are `selection[starts[t] ..< starts[t + 1]]`; n + 1 numbers.
  public let starts: [Int32]
  /// Expert i owns rows `offsets[i] ..< offsets[i + 1]` of the sorted order; N + 1 numbers.
  public let offsets: [Int]
  /// For each row of the sorted order, its token.
  public let sources: [Int32]
  /// For each choice, its row in the sorted order.
  public let positions: [Int32]

  /// Sorts the k assignments of every token, row-major n×k, by expert.
  public init(selection: [Int32], k: Int, experts: Int) {
    precondition(k > 0 && selection.count % k == 0, "TokenAssignment: \(selection.count) choices, k = \(k)")
    let starts = stride(from: 0, through: selection.count, by: k).map { Int32($0) }
    self.init(selection: selection, starts: starts, experts: experts)
  }

  /// Sorts assignments, token after token, by expert; `starts` says where each token's begin and all end, n + 1 numbers.
  public init(selection: [Int32], starts: [Int32], experts: Int) {
    precondition(
      starts.first == 0 && starts.last == Int32(selection.count) && zip(starts, starts.dropFirst()).allSatisfy(<=),
      "TokenAssignment: \(selection.count) choices, starts \(starts)")
    precondition(
      selection.allSatisfy { $0 >= 0 && Int($0) < experts }, "TokenAssignment: an expert outside 0 ..< \(experts)")
    var offsets = [Int](repeating: 0, count: experts + 1)
    for expert in selection { offsets[Int(expert) + 1] += 1 }
    for expert in 0..<experts { offsets[expert + 1] += offsets[expert] }
    var next = offsets
    var sources = [Int32](repeating: 0, count: selection.count)
    var positions = sources
    for token in 0..<starts.count - 1 {
      for choice in Int(starts[token])..<Int(starts[token + 1]) {
        let expert = Int(selection[choice])
        let row = next[expert]
        next[expert] += 1
        sources[row] = Int32(token)
        positions[choice] = Int32(row)
      }
    }
    self.selection = selection
    self.starts = starts
    self.offsets = offsets
    self.sources = sources
    self.positions = positions
  }

  /// The number of tokens, n.
  public var tokens: Int { starts.count - 1 }

  /// The number of experts, N.
  public var experts: Int { offsets.count - 1 }

  /// The number of choices, P.
  public var choices: Int { selection.count }

  /// The choices of a token, as places in ``selection``.
  public func choices(of token: Int) -> Range<Int> { Int(starts[token])..<Int(starts[token + 1]) }

  /// The rows of the sorted order that belong to an expert.
  public func rows(of expert: Int) -> Range<Int> { offsets[expert]..<offsets[expert + 1] }

  /// The experts that have rows, with their rows.
  var groups: [(expert: Int, rows: Range<Int>)] {
    (0..<experts).compactMap { expert in
      let rows = rows(of: expert)
      return rows.isEmpty ? nil : (expert, rows)
    }
  }
}
