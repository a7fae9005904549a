import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tensors

/// Sums gathered while reading text; tallies of different rows add up.
struct EvaluationTally {
  private var all = Mean()  // loss
  private var cold = Mean()  // loss of what is scored apart
  private let isCold: Bool  // nothing else is
  private var recall = RecallTally()
  private var answers: AnswerTally
  private let unknown: Int32?
  private let frequencies: WordFrequencies?
  private var known = Mean()  // loss
  private var cost = 0.0  // by frequency
  private var knownCost = 0.0
  private var routed = 0  // tokens
  private var entropies: [Double]  // Σ over tokens, by layer
  private var loads: [[Int]]  // assignments by layer and expert
  private var firstChoices: [[[Int]]]?  // tokens by layer, class and first expert
  private var together: [[Int]]  // tokens by layer that have both experts, N×N

  init(layers: Int, experts: Int, reading rows: EvaluationRows) {
    let split = rows.split
    isCold = rows.coldCount == rows.symbolCount
    answers = AnswerTally(guesses: split.guesses)
    unknown = split.unknown
    frequencies = split.frequencies
    entropies = Array(repeating: 0, count: layers)
    loads = Array(repeating: Array(repeating: 0, count: experts), count: layers)
    if layers > 0, let annotations = split.annotations, annotations.classes != nil {
      let choices = Array(repeating: Array(repeating: 0, count: experts), count: annotations.classCount)
      firstChoices = Array(repeating: choices, count: layers)
    }
    let pairs = experts <= RoutingTable.largestExperts ? experts * experts : 0
    together = Array(repeating: Array(repeating: 0, count: pairs), count: layers)
  }

  /// Counts one segment.
  mutating func add<Scalar: Real>(
    _ output: LanguageModel<Scalar>.Output, _ step: EvaluationRows.Step, k: Int
  ) {
    let losses = output.logits.value.crossEntropies(targets: step.targets)
    for token in step.cold { cold.add(Double(losses[token])) }
    for token in step.scored {
      let (value, target) = (Double(losses[token]), step.targets[token])
      all.add(value)
      let own = frequencies?.costs[Int(target)] ?? 0
      cost += own
      if target != unknown {
        known.add(value)
        knownCost += own
      }
      if case .recall(let distance) = step.marks?[token] { recall.add(value, distance: Int(distance)) }
    }
    if let marks = step.marks {
      answers.add(output.logits.value, targets: step.targets, marks, scored: step.scored)
    }
    routed += output.routing.isEmpty ? 0 : step.scored.count
    for (layer, record) in output.routing.enumerated() {
      let entropiesOfTokens = record.entropies
      for token in step.scored {
        entropies[layer] += entropiesOfTokens[token]
        let chosen = record.selection[token * k..<(token + 1) * k]
        for expert in chosen { loads[layer][Int(expert)] += 1 }
        if k <= RoutingTable.largestK, !together[layer].isEmpty { countTogether(layer, chosen) }
        if let own = step.classes?[token], let first = chosen.first {
          firstChoices?[layer][Int(own)][Int(first)] += 1
        }
      }
    }
  }

  private mutating func countTogether(_ layer: Int, _ chosen: ArraySlice<Int32>) {
    let experts = loads[layer].count
    for a in chosen {
      for b in chosen { together[layer][Int(a) * experts + Int(b)] += 1 }
    }
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: EvaluationTally) {
    all.add(other.all)
    cold.add(other.cold)
    recall.add(other.recall)
    answers.add(other.answers)
    known.add(other.known)
    cost += other.cost
    knownCost += other.knownCost
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
      k: k, loss: all.value ?? .nan, symbols: all.count,
      entropyPerLayer: entropies.map { $0 / Double(max(1, routed)) },
      loadPerLayer: loads.map { load in load.map { Double($0) / Double(max(1, load.reduce(0, +))) } },
      classInformationPerLayer: firstChoices.map { $0.map(mutualInformation) },
      recallBits: recall.bits)
    result.coldSymbols = isCold ? all.count : cold.count
    result.totalLoss = isCold ? nil : (all.sum + cold.sum) / Double(all.count + cold.count)
    result.recallByDistance = recall.byDistance
    result.answers = answers.result
    if unknown != nil {
      result.unknownWords = UnknownWords(
        symbols: all.count, known: known.count, knownLoss: known.sum,
        costs: frequencies.map { _ in (all: cost, known: knownCost) })
    }
    result.tables = loads.indices.filter { k <= RoutingTable.largestK && !together[$0].isEmpty }.map { layer in
      RoutingTable(
        together: together[layer], byClass: firstChoices?[layer], experts: loads[layer].count, tokens: routed)
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

/// A mean in the making; those of different rows add up.
struct Mean {
  private(set) var sum = 0.0
  private(set) var count = 0

  mutating func add(_ value: Double) {
    sum += value
    count += 1
  }

  mutating func add(_ other: Mean) {
    sum += other.sum
    count += other.count
  }

  /// Nil if nothing was added.
  var value: Double? { count == 0 ? nil : sum / Double(count) }
}

/// What recalled symbols cost, all together and by distance.
struct RecallTally {
  private var all = Mean()
  private var ranges = Array(repeating: Mean(), count: DistanceRange.all.count)

  /// Counts one recalled symbol.
  mutating func add(_ loss: Double, distance: Int) {
    all.add(loss)
    ranges[DistanceRange.index(of: distance)].add(loss)
  }

  /// Adds the sums of other rows.
  mutating func add(_ other: RecallTally) {
    all.add(other.all)
    for index in ranges.indices { ranges[index].add(other.ranges[index]) }
  }

  /// The mean over all; nil if nothing was recalled.
  var bits: Double? { all.value.map { $0 / M_LN2 } }

  /// The means over distances that occur, nearest first; nil if nothing was recalled.
  var byDistance: [RecallResult]? {
    guard all.count > 0 else { return nil }
    return zip(DistanceRange.all, ranges).compactMap { range, found in
      found.value.map { RecallResult(range, symbols: found.count, bits: $0 / M_LN2) }
    }
  }
}

/// How many values of lists a model knows, by how deep they are nested.
struct AnswerTally {
  /// Counts of some lists.
  private struct Counts {
    var answers = 0
    var right = 0
    var guessed = 0
    var guessedByOperation = 0

    static func += (counts: inout Counts, other: Counts) {
      counts.answers += other.answers
      counts.right += other.right
      counts.guessed += other.guessed
      counts.guessedByOperation += other.guessedByOperation
    }

    var result: AnswerResult.Shares {
      func share(_ count: Int) -> Double { Double(count) / Double(answers) }
      return AnswerResult.Shares(
        answers: answers, accuracy: share(right), chanceBaseline: share(guessed), byOperation: share(guessedByOperation)
      )
    }
  }

  /// What is said without reading.
  private let guesses: AnswerGuesses?
  private var depths: [Int: Counts] = [:]

  init(guesses: AnswerGuesses?) {
    self.guesses = guesses
  }

  /// Counts one segment: the likeliest of all symbols, the lowest of equally likely ones, is what the model says.
  mutating func add<Scalar: Real>(_ logits: Tensor<Scalar>, targets: [Int32], _ marks: [Mark], scored: [Int]) {
    let asked = scored.filter { if case .answer = marks[$0] { true } else { false } }
    guard !asked.isEmpty else { return }
    let (scalars, width) = (logits.scalars, logits.shape[1])
    for token in asked {
      guard case .answer(let depth, let operation) = marks[token] else { continue }
      var said = 0
      for symbol in 1..<width where scalars[token * width + symbol] > scalars[token * width + said] { said = symbol }
      var counts = Counts(answers: 1)
      if targets[token] == Int32(said) { counts.right = 1 }
      if targets[token] == guesses?.common { counts.guessed = 1 }
      if targets[token] == guesses?.byOperation[operation] { counts.guessedByOperation = 1 }
      depths[Int(depth), default: Counts()] += counts
    }
  }

  /// Adds the counts of other rows.
  mutating func add(_ other: AnswerTally) {
    for (depth, counts) in other.depths { depths[depth, default: Counts()] += counts }
  }

  /// The shares; nil if nothing was asked.
  var result: AnswerResult? {
    guard !depths.isEmpty else { return nil }
    return AnswerResult(
      all: depths.values.reduce(into: Counts(), +=).result,
      byDepth: depths.sorted { $0.key < $1.key }.map { AnswerResult.Depth(depth: $0, shares: $1.result) })
  }
}
