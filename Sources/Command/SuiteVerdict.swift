import Experiments
import Jacobian
import MixtureOfExperts

/// A claim of the paper, judged at some conditions on some text.
struct SuiteVerdict: Encodable {
  /// The text.
  let corpus: String
  /// original or equal.
  let conditions: String
  let gateOrder: GateOrder
  let seeds: Int
  let judged: JudgedClaim

  /// Where and how it was measured, as tables say it.
  var place: String { "\(corpus), \(conditions)" + (gateOrder == .softmaxThenTopK ? "" : ", \(gateOrder.rawValue)") }

  /// Judges every claim on every text at both conditions.
  ///
  /// - Parameters:
  ///   - parts: What was measured.
  ///   - experts: N.
  /// - Returns: Verdicts, claim by claim; none for what was not measured.
  static func all(_ parts: [SuiteRun.PartResult], experts: Int) -> [SuiteVerdict] {
    PaperClaim.allCases.flatMap { claim in
      parts.filter(\.isJudged).flatMap { part in
        [("original", FactorialCell.original), ("equal", FactorialCell.equal)].compactMap { conditions, cells in
          guard let first = part.runs.first else { return nil }
          let differences = claim.differences(
            in: SeededRuns(part.runs.map(\.measures)), (cells[0].name, cells[1].name, cells[2].name),
            ks: first.test.map(\.k).sorted(), experts: experts, commonK: first.commonK)
          guard !differences.isEmpty else { return nil }
          return SuiteVerdict(
            corpus: part.corpus.name, conditions: conditions, gateOrder: part.gateOrder, seeds: part.seeds,
            judged: JudgedClaim(claim, differences))
        }
      }
    }
  }
}

/// What the differences of a rival and HyperRouter are made of, at one k.
struct SuiteShares: Encodable {
  /// The part of the suite.
  let part: String
  /// The variant whose bits HyperRouter's are subtracted from, as published.
  let rival: String
  let k: Int
  let shares: CauseShares

  /// Divides every difference for which the factorial was measured.
  ///
  /// - Parameter parts: What was measured.
  /// - Returns: One value for each part, rival and k.
  static func all(_ parts: [SuiteRun.PartResult]) -> [SuiteShares] {
    parts.flatMap { part in
      [FactorialCell.original[0].router, FactorialCell.original[1].router].flatMap { rival in
        (part.runs.first?.test.map(\.k) ?? []).compactMap { k in
          CauseShares(in: SeededRuns(part.runs.map(\.measures)), FactorialCell.chain(rival)) { $0[k]?.bitsPerCharacter }
            .map { SuiteShares(part: part.name, rival: rival.rawValue, k: k, shares: $0) }
        }
      }
    }
  }
}
