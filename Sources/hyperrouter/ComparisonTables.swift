import CommandLineInterface
import Foundation
import Training

/// The tables that `compare` prints for a person.
struct ComparisonTables {
  let results: [RouterResult]
  /// The text's exact entropy in bits per character, where it is known.
  let entropy: Double?
  /// What losses are counted in.
  let unit: String

  /// Prints them.
  func print(on console: Console) throws {
    try console.print(title("\(unit) on the validation part, by experts used at inference", console))
    try console.print(quality())
    if results.contains(where: { !$0.entropyPerLayer.isEmpty }) {
      try console.print("")
      try console.print(title("routing, at each router's best k (layer by layer)", console))
      try console.print(routing())
    }
    if results.contains(where: { $0.withoutMemory != nil }) {
      try console.print("")
      try console.print(title("what memory is worth, at the best k", console))
      try console.print(memory())
    }
    try console.print("")
    try console.print(title("size and speed", console))
    try console.print(size())
  }

  private func quality() -> TextTable {
    let ks = Array(Set(results.flatMap { $0.evaluation.map(\.k) })).sorted()
    var table = TextTable(
      [.text("router")] + ks.map { .number("k = \($0)") } + [.number("best")]
        + (entropy == nil ? [] : [.number("above entropy")]))
    for result in results {
      let cells = ks.map { k in
        result.evaluation.first { $0.k == k }.map { number($0.bitsPerCharacter, 3) } ?? "–"
      }
      let best = result.best
      table.append(
        [result.router] + cells + [best.map { number($0.bitsPerCharacter, 3) } ?? "–"]
          + (entropy.map { entropy in [best.map { number($0.bitsPerCharacter - entropy, 3) } ?? "–"] } ?? []))
    }
    return table
  }

  private func routing() -> TextTable {
    let hasDialects = results.contains { $0.best?.dialectInformationPerLayer != nil }
    var table = TextTable(
      [.text("router"), .number("k"), .number("entropy, nats"), .number("largest load")]
        + (hasDialects ? [.number("knows dialect, bits")] : []))
    for result in results {
      guard let best = result.best, !best.entropyPerLayer.isEmpty else { continue }
      let loads = best.loadPerLayer.map { number($0.max() ?? 0, 2) }
      table.append(
        [result.router, "\(best.k)", list(best.entropyPerLayer, 2), loads.joined(separator: " ")]
          + (hasDialects ? [list(best.dialectInformationPerLayer ?? [], 2)] : []))
    }
    return table
  }

  private func memory() -> TextTable {
    var table = TextTable([
      .text("router"), .number("with"), .number("without"), .number("recall symbol with"), .number("without"),
    ])
    for result in results {
      guard let best = result.best, let without = result.withoutMemory else { continue }
      table.append([
        result.router, number(best.bitsPerCharacter, 3), number(without.bitsPerCharacter, 3),
        number(best.recallBits ?? 0, 3), number(without.recallBits ?? 0, 3),
      ])
    }
    return table
  }

  private func size() -> TextTable {
    var table = TextTable([
      .text("router"), .number("parameters"), .number("routing parameters"), .text("k in training"),
      .number("tokens/s"), .number("seconds"),
    ])
    for result in results {
      table.append([
        result.router, "\(result.parameters)", "\(result.trainableRoutingParameters)", result.kSchedule,
        result.timedSteps > 0 ? number(result.tokensPerSecond, 0) : "–",
        result.timedSteps > 0 ? number(result.seconds, 1) : "–",
      ])
    }
    return table
  }

  private func title(_ text: String, _ console: Console) -> String { console.style.bold(text) }

  private func list(_ values: [Double], _ digits: Int) -> String {
    values.map { number($0, digits) }.joined(separator: " ")
  }

  private func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
