import Synchronization
import Training

@testable import Command

/// A stream that remembers what was written, or fails as told.
final class CapturedOutput: TextOutput {
  private let written = Mutex("")
  private let failure: Int32?
  let isTerminal: Bool
  let columns: Int?

  init(isTerminal: Bool = false, columns: Int? = nil, failingWith failure: Int32? = nil) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.failure = failure
  }

  var text: String { written.withLock { $0 } }

  func write(_ bytes: [UInt8]) throws(OutputFailure) {
    if let failure { throw OutputFailure(stream: "standard output", code: failure) }
    written.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
  }
}

extension Program {
  /// Runs a command line: its status, and what it wrote on both streams.
  func outcome(_ words: [String]) -> (status: Int32, output: String, errors: String) {
    let (output, errors) = (CapturedOutput(), CapturedOutput())
    let status = run(words, on: Console(output: output, errors: errors, environment: [:]))
    return (status, output.text, errors.text)
  }
}

/// A program with a flag of every kind; its command prints the values.
enum SampleProgram {
  enum Order: String, CaseIterable {
    case softmaxTopK = "softmax-topk"
    case topKSoftmax = "topk-softmax"
  }

  enum Router: String, CaseIterable {
    case smoe
    case smoeDropout = "smoe-dropout"
    case hyperrouter
  }

  static let steps = Flag.integer("steps", in: 1...100_000_000, help: "optimiser steps").defaulting(to: 1500)
  static let width = Flag.integer("model-width", in: 1...65_536, help: "width of the model").also("size", "w")
    .optional("from --preset")
  static let rate = Flag.real("learning-rate", in: .above(0, through: 10), help: "Adam's step").defaulting(to: 2.5e-4)
  static let dropout = Flag.real("dropout", in: .from(0, below: 1), help: "share of zeros").defaulting(to: 0)
  static let shift = Flag.real("shift", in: .from(-5, through: 5), help: "an offset").defaulting(to: 0)
  static let offset = Flag.integer("offset", in: -10...10, help: "a signed number").defaulting(to: 0)
  static let order = Flag.choice(
    "gate-order", of: Order.self, formerly: ["first": .topKSoftmax], help: "gate"
  ).defaulting(to: .softmaxTopK)
  static let preset = Flag.choice("preset", among: ["smoke", "tiny", "small"], help: "sizes").defaulting(to: "tiny")
  static let routers = Flag.choices("router", among: Router.allCases, help: "routers")
    .defaulting(to: [.smoe, .hyperrouter])
  static let counts = Flag.integers("k", in: 1...1024, help: "experts at evaluation").defaulting(to: [1, 2, 4])
  static let prompt = Flag.bytes("prompt", help: "how the text begins").defaulting(to: [])
  static let out = Flag.path("out", "DIR", help: "where results go").optional("nothing is written")
  static let json = Flag.toggle("json", help: "prints one JSON object")
  static let schedule = Flag.schedule(
    "k-schedule", in: 1...1024, help: "experts during training"
  ).defaulting(to: KSchedule(.constant, 2, 2))
  static let checkpoint = Flag.path("checkpoint", "DIR", help: "a run directory")

  static let train = Command(
    "train", summary: "trains one model",
    groups: [
      FlagGroup("Run", [steps, json, out, prompt, counts]),
      FlagGroup(
        "Model", [width, rate, dropout, shift, offset, order, preset, routers, schedule]),
    ]
  ) { options, console in
    try console.print("steps \(options[steps]), width \(options[width].map(String.init) ?? "none")")
  }

  static let evaluate = Command("evaluate", summary: "evaluates", groups: [FlagGroup("Run", [checkpoint])]) {
    options, console in
    try console.print(options[checkpoint])
  }

  static let program = Program(
    name: "hyperrouter", version: "1.0", summary: "a mixture of experts, for reading", commands: [train, evaluate])

  static func parse(_ arguments: String...) throws -> Options {
    try Options(arguments, of: train, program: "hyperrouter")
  }

  static func message(_ arguments: [String]) -> String {
    do {
      _ = try Options(arguments, of: train, program: "hyperrouter")
      return "accepted"
    } catch {
      return error.status == .usage ? error.message : "status \(error.status)"
    }
  }

  static func run(_ arguments: String...) -> (status: Int32, output: String, errors: String) {
    program.outcome(arguments)
  }
}
