import Benchmarks
import Experiments
import MixtureOfExperts
import Tables
import Training

extension Command {
  /// What can be measured on its own.
  private enum Part: String, CaseIterable {
    case matmul, products, kernels, training, scaling, inference, memory
  }

  private static let quick = Flag<Bool>.toggle("quick", help: "fewer repetitions: half a minute, less certain")
  private static let only = Flag<[Part]>.choices(
    "only", among: Part.allCases, help: "measure these parts"
  ).optional("all")
  private static let models = Flag<[Preset]>.choices(
    "preset", among: Preset.allCases, help: "the models to train"
  ).defaulting(to: ModelBenchmark.standard)
  private static let router = Flag<RouterKind>.choice("router", of: RouterKind.self, help: "what routes in them")
    .defaulting(to: ModelBenchmark.standardRouter)

  private static func parts(_ options: Options) -> Set<Part> {
    Set(options[only] ?? Part.allCases)
  }

  private static func model(_ preset: Preset, _ options: Options) -> ModelBenchmark {
    ModelBenchmark(preset, isQuick: options[quick], router: options[router])
  }

  private static let steps = ModelBenchmark.memorySteps(isQuick: false)
  private static let quickSteps = ModelBenchmark.memorySteps(isQuick: true)

  /// `hyperrouter benchmark`: how near the code comes to what the machine can do.
  static let benchmark = Command(
    "benchmark", summary: "measure speed against what the cores can do at most",
    discussion: """
      The peak is measured by a loop of multiply-adds that touches no memory. Everything is measured in turns with it, \
      after a warm-up that does not count, and reported as a median; "quartiles" is their distance.
      Training counts necessary work only: three times the forward products, keys in the future excluded.
      Products are the linear maps of a step, measured with operands that were just used (warm) and with operands that \
      come from memory (cold).
      Memory is what the process holds after \(steps.early) and after \(steps.late) steps of the first model,
      \(quickSteps.early) and \(quickSteps.late) with --quick.
      """,
    groups: [FlagGroup("What to measure", [only, models, router, quick]), RunFlags.threadsAndOutput],
    examples: [
      Example("a first look, half a minute", "--quick"),
      Example("how training grows with threads", "--only", "scaling", "--preset", "small", "--threads", "2"),
    ],
    check: { options in
      let parts = parts(options)
      guard !parts.isDisjoint(with: [.training, .inference, .scaling, .memory]) else { return }
      for model in options[models].map({ model($0, options) }) {
        guard let shortage = MemoryShortage(of: model.bytes(scaling: parts.contains(.scaling))) else { continue }
        throw CommandError.usage("--preset \(model.preset.rawValue): \(shortage)")
      }
    }
  ) { options, console in
    let parts = parts(options)
    let threads = options[RunFlags.threads] == 1 ? [1] : [1, options[RunFlags.threads]]
    let (isQuick, chosen) = (options[quick], options[models].map { model($0, options) })
    console.note("measuring; other work on this machine makes the numbers worse")
    func show(_ tables: [Table]) throws {
      if !options[RunFlags.json] { for table in tables { try console.print("\(console.text(table))\n") } }
    }
    func measured<Row>(_ part: Part, _ rows: () throws -> [Row], _ tables: ([Row]) -> [Table]) throws -> [Row]? {
      guard parts.contains(part) else { return nil }
      let rows = try rows()
      try show(tables(rows))
      return rows
    }
    var report = BenchmarkReport(threads: options[RunFlags.threads])
    try show([.peaks(report)])
    // First, while the process holds nothing else: what others leave behind would hide growth.
    report.memory = try measured(
      .memory, { try chosen.prefix(1).map { try $0.memory(threads: report.threads) } }, { [.memory($0)] })
    report.matmul = try measured(
      .matmul, { MatrixBenchmark(isQuick: isQuick)(threads: threads) }, { [.products($0)] })
    report.products = try measured(
      .products, { chosen.flatMap { ProductBenchmark($0.preset, isQuick: isQuick)() } }, { Table.products($0) })
    report.kernels = try measured(.kernels, { KernelBenchmark(isQuick: isQuick)() }, { [.kernels($0)] })
    if parts.contains(.training) || parts.contains(.inference) {
      let rows = try chosen.flatMap { model in try threads.map { try model.training(threads: $0) } }
      report.training = rows
      try show(Table.training(rows))
      report.inference = try measured(
        .inference,
        {
          try chosen.flatMap { model in
            try rows.filter { $0.preset == model.preset.rawValue }.map {
              try model.inference(threads: $0.threads, trainingSpeed: $0.tokensPerSecond)
            }
          }
        }, { [.inference($0)] })
    }
    report.scaling = try measured(
      .scaling, { try chosen.flatMap { try $0.scaling(threads: report.threads) } }, { [.scaling($0)] })
    if options[RunFlags.json] { try console.printObject(Stamped(report)) }
  }
}
