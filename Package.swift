// swift-tools-version: 6.3
import Foundation
import PackageDescription

// Baseline x86-64 has no fused multiply-add, so the kernels need the flags of the machine they are built on, in debug
// and in release builds alike: `swift test` then runs at full speed. A vector operation is only inlined into a kernel
// of another file when the module is optimised as a whole; several threads make that yield one object per file, as a
// debug build's link step expects. A package that uses this one by URL gets correct, slower kernels, without flags that
// SwiftPM calls unsafe: it refuses them in dependencies, or since tools version 6.2 lets them through, but what the
// user's package will run on is not known here.
let isRoot = !Context.packageDirectory.contains("/checkouts/")

/// What the kernels are compiled for: the machine that builds (`native`, unless HYPERROUTER_TARGET says otherwise), AVX2 and
/// fused multiply-add as most laptops have them (`haswell`), or what a package that uses this one gets (`none`).
let machine = Context.environment["HYPERROUTER_TARGET"] ?? "native"
/// Everything, or some rooms with their tests, by name: `Kernels,Tensors` is what a check for another target needs to build.
let part = Context.environment["HYPERROUTER_PART"] ?? "all"

func refuse(_ name: String, _ found: String, _ expected: String) -> Never {
  FileHandle.standardError.write(Data("\(name): found '\(found)', expected \(expected)\n".utf8))
  exit(2)
}

/// Whether the building machine's vector registers are 512 bits wide; the kernels choose their tile by it.
let hasAVX512 = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx512f ") ?? false

/// Whether its first-level cache holds 48 KiB or more instead of 32; the kernels choose the depth of their blocks by it.
let hasLargeFirstLevel =
  (try? String(contentsOfFile: "/sys/devices/system/cpu/cpu0/cache/index0/size", encoding: .utf8))
  .flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 >= 48 } ?? false

// The thread sanitizer prepares every call for exceptions, which Swift does not have and a prefetch instruction may not.
let optimised = [
  "-O", "-whole-module-optimization", "-disable-batch-mode", "-num-threads", "2",
  "-Xllvm", "-tsan-handle-cxx-exceptions=false",
]
// Square roots set no errno: only then are they vector instructions instead of one library call for every lane.
let plain = optimised + ["-Xcc", "-fno-math-errno"]
var numerical: [SwiftSetting] = []
// The architecture is that of the machine that builds. Sources ask for the one they are compiled for: arm64 always has
// fused multiply-add, so `NATIVE` is about x86-64 alone.
#if arch(x86_64)
  func flags(_ architecture: String) -> SwiftSetting { .unsafeFlags(plain + ["-Xcc", "-march=\(architecture)"]) }
  switch machine {
  case "none": break
  case "haswell": numerical += [flags(machine), .define("NATIVE")]
  case "native":
    if isRoot {
      numerical += [flags(machine), .define("NATIVE")]
      if hasAVX512 { numerical.append(.define("AVX512")) }
      if hasLargeFirstLevel { numerical.append(.define("FIRST_LEVEL_48K")) }
    }
  default: refuse("HYPERROUTER_TARGET", machine, "native, haswell or none")
  }
#else
  guard ["native", "none"].contains(machine) else { refuse("HYPERROUTER_TARGET", machine, "native or none") }
  if isRoot && machine == "native" { numerical += [.unsafeFlags(plain)] }
#endif

// What plans, judges, draws and reads flags takes a moment whatever it is compiled for, and a quarter of a build's time to optimise.
let wordy: [SwiftSetting] = isRoot ? [.unsafeFlags(["-Onone"], .when(configuration: .release))] : []

/// The folders of Sources; each is built on some above it, and may import those and what they are built on.
let house: [(name: String, uses: [String], settings: [SwiftSetting])] = [
  (name: "Kernels", uses: [], settings: numerical),
  (name: "Tensors", uses: ["Kernels"], settings: numerical),
  (name: "Autograd", uses: ["Tensors"], settings: numerical),
  (name: "Layers", uses: ["Autograd"], settings: numerical),
  (name: "MixtureOfExperts", uses: ["Layers"], settings: numerical),
  (name: "TransformerXL", uses: ["MixtureOfExperts"], settings: numerical),
  (name: "Hosts", uses: ["TransformerXL"], settings: numerical),
  (name: "LinearAlgebra", uses: ["Tensors"], settings: numerical),
  (name: "RunFiles", uses: ["Tensors"], settings: numerical),
  (name: "Corpora", uses: ["RunFiles"], settings: numerical),
  (name: "Training", uses: ["Hosts", "Corpora"], settings: numerical),
  (name: "Tables", uses: [], settings: wordy),
  (name: "Jacobian", uses: ["LinearAlgebra", "Training", "Tables"], settings: numerical),
  (name: "Experiments", uses: ["Jacobian"], settings: wordy),
  (name: "Report", uses: ["Experiments"], settings: wordy),
  (name: "Benchmarks", uses: ["Training"], settings: numerical),
  (name: "Command", uses: ["Report", "Benchmarks"], settings: wordy),
]

/// All that a room may import.
var reach: [String: Set<String>] = [:]
var above: [String: [Target.Dependency]] = [:]
for room in house {
  let direct = Set(room.uses)
  let names = house.map(\.name).filter { name in
    direct.contains(name) || room.uses.contains { reach[$0]!.contains(name) }
  }
  reach[room.name] = Set(names)
  above[room.name] = names.map { .byName(name: $0) }
}

let support = Target.target(
  name: "TestSupport", dependencies: ["MixtureOfExperts", "Layers", "Autograd", "Tensors"], path: "Tests/TestSupport",
  swiftSettings: numerical)

/// The tests of each room, and of what lies beside the sources: golden models, and the documentation.
let tests: [Target] =
  house.map { room in
    .testTarget(
      name: "\(room.name)Tests",
      dependencies: [.byName(name: room.name), "TestSupport"] + above[room.name]!,
      // Comparing millions of numbers one by one is what these spend their time on: they are optimised, too.
      swiftSettings: room.name == "Kernels" ? numerical : [])
  } + [
    .testTarget(name: "GoldenTests", dependencies: ["Training", "TestSupport"]),
    .testTarget(name: "NotesTests", dependencies: ["Hosts", "TestSupport"]),
    // Changes the sources and lists what no test notices; no product.
    .executableTarget(name: "mutations", path: "Tests/Mutations"),
    .testTarget(name: "MutationsTests", dependencies: ["mutations"]),
  ]

let package = Package(
  name: "HyperRouter",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "HyperRouter",
      targets: ["Kernels", "Tensors", "Autograd", "Layers", "MixtureOfExperts", "TransformerXL", "Hosts"]),
    .library(name: "HyperRouterTraining", targets: ["RunFiles", "Corpora", "Training"]),
    .executable(name: "hyperrouter", targets: ["Command"]),
  ],
  targets: house.map { room in
    let dependencies = above[room.name]!
    return room.name == "Command"
      ? .executableTarget(name: room.name, dependencies: dependencies, swiftSettings: room.settings)
      : .target(name: room.name, dependencies: dependencies, swiftSettings: room.settings)
  } + [support] + tests,
  swiftLanguageModes: [.v6]
)

if part != "all" {
  let chosen = part.split(separator: ",").map(String.init)
  if chosen.isEmpty || chosen.contains(where: { reach[$0] == nil }) {
    refuse("HYPERROUTER_PART", part, "all, or some of \(house.map(\.name).joined(separator: ","))")
  }
  let built = (chosen + ["MixtureOfExperts"]).reduce(into: Set<String>()) { $0.formUnion(reach[$1]!.union([$1])) }
  let kept = built.union(chosen.map { "\($0)Tests" } + ["TestSupport"])
  package.products = []
  package.targets = package.targets.filter { kept.contains($0.name) }
}
