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
/// Everything, or the kernels and their tests alone (`kernels`): what a check for another target needs to build.
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
var numerical: [SwiftSetting] = []
#if arch(x86_64)
  // Square roots set no errno: only then are they vector instructions instead of one library call for every lane.
  func flags(_ architecture: String) -> SwiftSetting {
    .unsafeFlags(optimised + ["-Xcc", "-march=\(architecture)", "-Xcc", "-fno-math-errno"])
  }
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
  if isRoot && machine == "native" { numerical += [.unsafeFlags(optimised)] }
  numerical.append(.define("NATIVE"))
#endif

// What reads flags and prints tables takes a moment whatever it is compiled for, and a quarter of a build's processor time to optimise.
let wordy: [SwiftSetting] = isRoot ? [.unsafeFlags(["-Onone"], .when(configuration: .release))] : []

let package = Package(
  name: "HyperRouter",
  platforms: [.macOS(.v15)],
  products: [
    .library(
      name: "HyperRouter", targets: ["Kernels", "Tensors", "Autograd", "Layers", "MixtureOfExperts", "TransformerXL"]),
    .library(name: "HyperRouterTraining", targets: ["Optimisation", "RunFiles", "Corpora", "Training"]),
    .executable(name: "hyperrouter", targets: ["hyperrouter"]),
  ],
  targets: [
    // Each may import only those above it.
    .target(name: "Kernels", swiftSettings: numerical),
    .target(name: "Tensors", dependencies: ["Kernels"], swiftSettings: numerical),
    .target(name: "LinearAlgebra", dependencies: ["Tensors"], swiftSettings: numerical),
    .target(name: "Autograd", dependencies: ["Tensors", "Kernels"], swiftSettings: numerical),
    .target(name: "Layers", dependencies: ["Autograd", "Tensors"], swiftSettings: numerical),
    .target(
      name: "MixtureOfExperts", dependencies: ["Layers", "Autograd", "Tensors", "Kernels"], swiftSettings: numerical),
    .target(
      name: "TransformerXL", dependencies: ["MixtureOfExperts", "Layers", "Autograd", "Tensors", "Kernels"],
      swiftSettings: numerical),
    .target(name: "Optimisation", dependencies: ["Autograd", "Tensors", "Kernels"], swiftSettings: numerical),
    .target(name: "RunFiles", dependencies: ["Tensors"], swiftSettings: numerical),
    .target(name: "Corpora", dependencies: ["RunFiles", "Tensors"], swiftSettings: numerical),
    .target(
      name: "Training",
      dependencies: [
        "Optimisation", "RunFiles", "Corpora", "TransformerXL", "MixtureOfExperts", "Layers", "Autograd", "Tensors",
        "Kernels",
      ],
      swiftSettings: numerical),
    .target(
      name: "Analysis",
      dependencies: [
        "LinearAlgebra", "Training", "Optimisation", "Corpora", "RunFiles", "TransformerXL", "MixtureOfExperts",
        "Layers", "Autograd", "Tensors",
      ],
      swiftSettings: numerical),
    .target(name: "Charts", swiftSettings: numerical),
    .target(name: "Report", dependencies: ["Charts"], swiftSettings: numerical),
    .target(
      name: "Benchmarks",
      dependencies: [
        "Training", "Optimisation", "Corpora", "TransformerXL", "MixtureOfExperts", "Autograd", "Tensors", "Kernels",
      ],
      swiftSettings: numerical),
    .target(name: "CommandLineInterface", swiftSettings: wordy),
    .executableTarget(
      name: "hyperrouter",
      dependencies: [
        "CommandLineInterface", "Report", "Charts", "Analysis", "Benchmarks", "Training", "Optimisation", "Corpora",
        "RunFiles", "TransformerXL", "MixtureOfExperts", "Autograd", "Tensors",
      ],
      swiftSettings: wordy),

    // Comparing millions of numbers one by one is what these spend their time on: they are optimised, too.
    .target(
      name: "TestSupport", dependencies: ["Layers", "Autograd", "Tensors"], path: "Tests/TestSupport",
      swiftSettings: numerical),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "Tensors", "TestSupport"], swiftSettings: numerical),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "Kernels", "TestSupport"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Tensors", "TestSupport"]),
    .testTarget(
      name: "OptimisationTests", dependencies: ["Optimisation", "RunFiles", "Autograd", "Tensors", "TestSupport"]),
    .testTarget(name: "AutogradTests", dependencies: ["Autograd", "Tensors", "TestSupport"]),
    .testTarget(name: "LayersTests", dependencies: ["Layers", "Autograd", "Tensors", "TestSupport"]),
    .testTarget(
      name: "MixtureOfExpertsTests", dependencies: ["MixtureOfExperts", "Layers", "Autograd", "Tensors", "TestSupport"]),
    .testTarget(
      name: "TransformerXLTests",
      dependencies: ["TransformerXL", "MixtureOfExperts", "Layers", "Autograd", "Tensors", "TestSupport"]),
    .testTarget(name: "RunFilesTests", dependencies: ["RunFiles", "Tensors", "TestSupport"]),
    .testTarget(name: "CorporaTests", dependencies: ["Corpora", "RunFiles", "Tensors", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Optimisation", "Corpora", "RunFiles", "TransformerXL", "MixtureOfExperts", "Layers", "Autograd",
        "Tensors", "TestSupport",
      ]),
    .testTarget(name: "ChartsTests", dependencies: ["Charts", "TestSupport"]),
    .testTarget(name: "ReportTests", dependencies: ["Report", "Charts", "TestSupport"]),
    .testTarget(
      name: "BenchmarksTests",
      dependencies: [
        "Benchmarks", "Training", "Optimisation", "TransformerXL", "MixtureOfExperts", "Layers", "Autograd", "Tensors",
      ]),
    .testTarget(
      name: "GoldenTests",
      dependencies: [
        "RunFiles", "Training", "TransformerXL", "MixtureOfExperts", "Layers", "Autograd", "Tensors", "TestSupport",
      ]),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "Analysis", "LinearAlgebra", "Training", "Optimisation", "Corpora", "TransformerXL", "MixtureOfExperts",
        "Layers", "Autograd", "Tensors", "TestSupport",
      ]),
    .testTarget(name: "NotesTests", dependencies: ["TransformerXL", "MixtureOfExperts", "TestSupport"]),
    .testTarget(name: "CommandLineInterfaceTests", dependencies: ["CommandLineInterface"]),
    // Changes the sources and lists what no test notices; no product.
    .executableTarget(name: "mutations", path: "Tests/Mutations"),
    .testTarget(name: "MutationsTests", dependencies: ["mutations"]),
    // The executable is a dependency so that it is built: the tests run it.
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "hyperrouter", "CommandLineInterface", "Report", "Charts", "Analysis", "Benchmarks", "Training",
        "Optimisation", "Corpora", "RunFiles", "TransformerXL", "MixtureOfExperts", "Tensors", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

switch part {
case "all": break
case "kernels":
  let names = ["Kernels", "Tensors", "Autograd", "Layers", "TestSupport", "KernelsTests", "TensorsTests"]
  package.products = []
  package.targets = package.targets.filter { names.contains($0.name) }
default: refuse("HYPERROUTER_PART", part, "all or kernels")
}
