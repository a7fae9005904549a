import Corpora
import Experiments
import Foundation
import Jacobian
import MixtureOfExperts
import RunFiles
import Tensors
import Training

extension Command {
  /// `hyperrouter jacobian`: the paper's comparison of Jacobians, in numbers.
  static let jacobian = Command(
    "jacobian", summary: "test the paper's Jacobian comparison, claim by claim",
    discussion: """
      Takes these routers: \(JacobianRun.routers.map(\.rawValue).joined(separator: ", ")).
      Trains them in double precision from the same seed on the same text and looks at every mixture on the way.
      Claims 1, 2, 3, 5, 6 and 7 are tested on the trained models, by closed form, autodiff and central differences;
      claims 4 to 6 also along the training. With --checkpoint a trained model is compared with its initial state.
      Every look is with a full memory. Exit status 1 if a claim with a bound does not hold, or if one was decided for
      none of the routers that it is about.
      """,
    groups: [
      FlagGroup("What to look at", [JacobianRun.checkpoint, RunFlags.data, RunFlags.tokens]),
      FlagGroup("Output", [JacobianRun.verbose, RunFlags.json]),
      RunFlags.model,
      RunFlags.training.with(JacobianRun.own, without: [RunFlags.balance]),
    ],
    examples: [
      Example("every number, at the release's gate order", "--gate-order", "topk-softmax", "--verbose"),
      Example("of trained models", "--checkpoint", "runs/all"),
    ],
    check: { options in try reporting { try JacobianRun.check(options) } }
  ) { options, console in
    try reporting {
      let run = JacobianRun(options, console)
      let outcome =
        if let directory = options[JacobianRun.checkpoint] {
          try run.ofCheckpoint(at: directory)
        } else {
          try run.ofTraining()
        }
      try report(outcome, options, console)
    }
  }

  private static func report(_ outcome: JacobianOutcome, _ options: Options, _ console: Console) throws {
    if options[RunFlags.json] {
      try console.printObject(Stamped(outcome))
    } else {
      try console.print(outcome.subject.heading + "\n")
      try JacobianVerdicts(of: outcome).print(on: console)
      if options[JacobianRun.verbose] {
        try JacobianTables(results: outcome.results, undecided: outcome.undecided).print(on: console)
      } else {
        try console.print("--verbose prints what was compared and measured: \(outcome.results.count) rows")
      }
    }
    let refuted = outcome.results.filter { $0.holds == false }
    guard let first = refuted.first else {
      if outcome.undecided.isEmpty { return }
      let claims = outcome.undecided.map(String.init).joined(separator: ", ")
      throw CommandError(
        .refuted, "not decided for any router: claim \(claims); nothing was found that could have failed")
    }
    let others = refuted.count > 1 ? " (and \(refuted.count - 1) more)" : ""
    let claim = first.claim.map { "claim \($0)" } ?? "a bound"
    throw CommandError(
      .refuted,
      "\(claim) does not hold: \(first.router), \(first.statement): found \(first.measured), "
        + "bound \(first.bound ?? .nan)\(others)")
  }
}

/// What `jacobian` found; the object that `--json` prints.
struct JacobianOutcome: Encodable {
  let gateOrder: GateOrder
  /// The results of the claims, and beside them those of collapse.
  let results: [ClaimResult]
  let subject: JacobianSubject
  /// The routers looked at.
  let routers: [RouterKind]

  /// The claims about these routers that were decided for none of them.
  var undecided: [Int] { ClaimResult.undecided(in: results, about: routers) }

  private enum CodingKeys: CodingKey { case gateOrder, subject, claims, collapse, undecided, verdicts }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gateOrder, forKey: .gateOrder)
    try container.encode(subject, forKey: .subject)
    let claims = (1...7).map { number in results.filter { $0.claim == number } }.joined()
    try container.encode(Array(claims), forKey: .claims)
    try container.encode(results.filter { $0.claim == nil }, forKey: .collapse)
    try container.encode(undecided, forKey: .undecided)
    try container.encode(JacobianVerdicts(of: self).all, forKey: .verdicts)
  }
}
