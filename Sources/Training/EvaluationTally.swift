import Corpora
import Foundation
import MixtureOfExperts
import Tensors

/// Sums gathered while reading text; tallies of different rows add up.
struct EvaluationTally {
  private var loss = 0.0
  private var symbols = 0
  private var recall = RecallTally()
  private var answers: AnswerTally
  private let unknown: Int32?
  private let frequencies: WordFrequencies?
  private var knownLoss = 0.0
  private var cost = 0.0  // by frequency
  private var knownCost = 0.0
  private var knownSymbols = 0
  private var routed = 0
  private var entropies: [Double]  // Σ over tokens, by layer
  private var loads: [[Int]]  // assignments by layer and expert
  private var firstChoices: [[[Int]]]?  // tokens by layer, dialect and first expert
  private var together: [[Int]]  // tokens by layer that have both experts, N×N

  init(layers: Int, experts: Int, reading split: Corpus.Split) {
    answers = AnswerTally(guesses: split.guesses)
    unknown = split.unknown
    frequencies = split.frequencies
    entropies = Array(repeating: 0, count: layers)
    loads = Array(repeating: Array(repeating: 0, count: experts), count: layers)
    let pairs = experts <= RoutingTable.largestExperts ? experts * experts : 0
    together = Array(repeating: Array(repeating: 0, count: pairs), count: layers)
  }

  /// Counts one segment.
  ///
  /// - Parameters:
  ///   - output: What the model made of it.
  ///   - targets: What it should have predicted.
  ///   - k: Experts for each token.
  ///   - annotations: What is known about its tokens.
  mutating func add<Scalar: Real>(
    _ output: LanguageModel<Scalar>.Output, targets: [Int32], k: Int, _ annotations: TokenAnnotations?
  ) {
    let losses = output.logits.value.crossEntropies(targets: targets)
    symbols += targets.count
    for (token, value) in losses.enumerated() {
      loss += Double(value)
      let own = frequencies?.costs[Int(targets[token])] ?? 0
      cost += own
      if targets[token] != unknown {
        knownLoss += Double(value)
        knownCost += own
        knownSymbols += 1
      }
      if let annotations, case .recall(let distance) = annotations.marks[token] {
        recall.add(Double(value), distance: Int(distance))
      }
    }
    if let annotations { answers.add(output.logits.value, targets: targets, annotations.marks) }
    routed += output.routing.isEmpty ? 0 : targets.count
    for (layer, record) in output.routing.enumerated() {
      entropies[layer] += record.entropies.reduce(0, +)
      for expert in record.selection { loads[layer][Int(expert)] += 1 }
      if k <= RoutingTable.largestK, !together[layer].isEmpty { countTogether(layer, record.selection, k: k) }
      if let dialects = annotations?.dialects { countFirstChoices(layer, record.selection, k: k, dialects) }
    }
  }

  private mutating func countTogether(_ layer: Int, _ selection: [Int32], k: Int) {
    let experts = loads[layer].count
    for token in stride(from: 0, to: selection.count, by: k) {
      for a in selection[token..<token + k] {
        for b in selection[token..<token + k] { together[layer][Int(a) * experts + Int(b)] += 1 }
      }
    }
  }

  private mutating func countFirstChoices(_ layer: Int, _ selection: [Int32], k: Int, _ dialects: [UInt8]) {
    let experts = loads[layer].count
    var counts =
      firstChoices
      ?? Array(
        repeating: Array(repeating: Array(repeating: 0, count: experts), count: DialectCorpus.markers.count),
        count: loads.count)
    firstChoices = nil
    for (token, dialect) in dialects.enumerated() { counts[layer][Int(dialect)][Int(selection[token * k])] += 1 }
    firstChoices = counts
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: EvaluationTally) {
    loss += other.loss
    symbols += other.symbols
    recall.add(other.recall)
    answers.add(other.answers)
    knownLoss += other.knownLoss
    cost += other.cost
    knownCost += other.knownCost
    knownSymbols += other.knownSymbols
    routed += other.routed
    entropies = zip(entropies, other.entropies).map(+)
    loads = zip(loads, other.loads).map { zip($0, $1).map(+) }
    together = zip(together, other.together).map { zip($0, $1).map(+) }
    if let mine = firstChoices, let theirs = other.firstChoices {
      firstChoices = zip(mine, theirs).map { zip($0, $1).map { zip($0, $1).map(+) } }
    }
  }

  /// The means.
  func result(k: Int) -> EvaluationResult {
    var result = EvaluationResult(
      k: k, loss: loss / Double(symbols), symbols: symbols,
      entropyPerLayer: entropies.map { $0 / Double(max(1, routed)) },
      loadPerLayer: loads.map { load in load.map { Double($0) / Double(max(1, load.reduce(0, +))) } },
      dialectInformationPerLayer: firstChoices.map { $0.map(mutualInformation) },
      recallBits: recall.bits)
    result.recallByDistance = recall.byDistance
    result.answers = answers.result
    if unknown != nil {
      result.unknownWords = UnknownWords(
        symbols: symbols, known: knownSymbols, knownLoss: knownLoss,
        costs: frequencies.map { _ in (all: cost, known: knownCost) })
    }
    result.tables = loads.indices.filter { k <= RoutingTable.largestK && !together[$0].isEmpty }.map { layer in
      RoutingTable(
        together: together[layer], byDialect: firstChoices?[layer], experts: loads[layer].count, tokens: routed)
    }
    return result
  }
}

/// Returns Σ p(x, y) log₂ (p(x, y) / p(x) p(y)) of a table of counts.
func mutualInformation(_ counts: [[Int]]) -> Double {
  let total = Double(counts.joined().reduce(0, +))
  let rows = counts.map { Double($0.reduce(0, +)) }
  let columns = counts.first?.indices.map { column in Double(counts.reduce(0) { $0 + $1[column] }) } ?? []
  var information = 0.0
  for (x, row) in counts.enumerated() {
    for (y, count) in row.enumerated() where count > 0 {
      information += Double(count) / total * log2(Double(count) * total / (rows[x] * columns[y]))
    }
  }
  return information
}
