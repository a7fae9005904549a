import Foundation

/// A claim of the paper about trained models, and the differences that decide it.
///
/// The rules were written before a suite was run, but that of SMoE's number of experts, which was added while one ran. Choices are made on the validation part, figures are of the test part;
/// ``Verdict`` turns intervals into words.
public enum PaperClaim: String, CaseIterable, Codable, Sendable {
  /// Better than SMoE.
  case beatsSMoE = "HyperRouter is better than SMoE"
  /// Better than SMoE-Dropout at every k.
  case beatsSMoEDropout = "HyperRouter is better than SMoE-Dropout at every k"
  /// Fewer experts for equal quality.
  case fewerExperts = "HyperRouter needs fewer experts than SMoE-Dropout"
  /// Fewer experts for the quality of the trained router.
  case fewerExpertsThanSMoE = "HyperRouter needs fewer experts than SMoE"
  /// Lower entropy than the frozen router.
  case surerThanSMoEDropout = "HyperRouter's router has lower entropy than SMoE-Dropout's"
  /// Lower entropy than the trained router.
  case surerThanSMoE = "HyperRouter's router has lower entropy than SMoE's"
  /// Trained routers collapse.
  case collapse = "SMoE's experts are more alike than HyperRouter's"
  /// Fixed routers restrict the representation.
  case restriction = "SMoE-Dropout's router sees less of the representation than HyperRouter's"

  /// Within 1 % counts as equal quality.
  static let tolerance = 1.01

  /// What has to be above 0, in words.
  public var rule: String {
    switch self {
    case .beatsSMoE: "bits(SMoE) − bits(HyperRouter), each at the k that validation chose for it"
    case .beatsSMoEDropout: "bits(SMoE-Dropout) − bits(HyperRouter), at each k"
    case .fewerExperts: Self.fewerExperts("SMoE-Dropout")
    case .fewerExpertsThanSMoE: Self.fewerExperts("SMoE")
    case .surerThanSMoEDropout: "mean entropy of s, SMoE-Dropout's minus HyperRouter's, at the common k"
    case .surerThanSMoE: "mean entropy of s, SMoE's minus HyperRouter's, at the common k"
    case .collapse: "mean cosine of two experts' outputs for one token, SMoE's minus HyperRouter's, at the common k"
    case .restriction:
      "share of the tokens' variance in the span of the rows' differences, HyperRouter's minus SMoE-Dropout's"
    }
  }

  private static func fewerExperts(_ rival: String) -> String {
    "log₂ of the smallest k, between those evaluated, within 1 % of \(rival)'s best bits on the validation part: "
      + "\(rival)'s minus HyperRouter's; 2N where none is"
  }

  /// The differences that the rule asks for.
  ///
  /// - Parameters:
  ///   - runs: Trained models.
  ///   - routers: The names of the variants that stand for the three routers.
  ///   - ks: The values of k that were evaluated, ascending.
  ///   - experts: N.
  ///   - commonK: The k at which routers are looked at.
  /// - Returns: One difference for each k or for all; none if something is missing.
  public func differences(
    in runs: SeededRuns, _ routers: (smoe: String, smoeDropout: String, hyperRouter: String), ks: [Int],
    experts: Int, commonK: Int
  ) -> [PairedDifference] {
    let (smoe, frozen, hyper) = (routers.smoe, routers.smoeDropout, routers.hyperRouter)
    func all(_ found: [PairedDifference?]) -> [PairedDifference] {
      let present = found.compactMap { $0 }
      return present.count == found.count ? present : []
    }
    switch self {
    case .beatsSMoE: return all([runs.difference(smoe, hyper) { $0.best?.bitsPerCharacter }])
    case .beatsSMoEDropout: return all(ks.map { k in runs.difference(frozen, hyper) { $0[k]?.bitsPerCharacter } })
    case .fewerExperts: return all([Self.doublings(in: runs, frozen, hyper, experts: experts)])
    case .fewerExpertsThanSMoE: return all([Self.doublings(in: runs, smoe, hyper, experts: experts)])
    case .surerThanSMoEDropout: return all([runs.difference(frozen, hyper) { $0.entropy(k: commonK) }])
    case .surerThanSMoE: return all([runs.difference(smoe, hyper) { $0.entropy(k: commonK) }])
    case .collapse: return all([runs.difference(smoe, hyper) { $0.mean(\.expertSimilarity) }])
    case .restriction: return all([runs.difference(hyper, frozen) { $0.mean(\.varianceSeen) }])
    }
  }

  /// How many doublings of k the rival needs more than HyperRouter to come within ``tolerance`` of the rival's best.
  private static func doublings(
    in runs: SeededRuns, _ rival: String, _ hyper: String, experts: Int
  ) -> PairedDifference? {
    let best = Dictionary(
      uniqueKeysWithValues: runs[rival].map { ($0.seed, $0.validation.map(\.bitsPerCharacter).min()) })
    return runs.difference(rival, hyper) { run in
      guard let threshold = best[run.seed] ?? nil else { return nil }
      return run.doublings(within: threshold * tolerance) ?? log2(2 * Double(experts))
    }
  }
}

/// A claim beside what was measured.
public struct JudgedClaim: Codable, Sendable {
  /// The claim.
  public let claim: PaperClaim
  /// What has to be above 0.
  public let rule: String
  /// The differences.
  public let differences: [PairedDifference]
  /// What their intervals say.
  public let verdict: Verdict

  /// Judges a claim.
  ///
  /// - Parameters:
  ///   - claim: The claim.
  ///   - differences: What its rule asks for, at least one.
  public init(_ claim: PaperClaim, _ differences: [PairedDifference]) {
    self.claim = claim
    rule = claim.rule
    self.differences = differences
    verdict = Verdict(differences)
  }
}
