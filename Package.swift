// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Baseline x86-64 has no fused multiply-add, so the kernels need the flags of the machine they are built on, in debug
// and in release builds alike: `swift test` then runs at full speed. SwiftPM refuses unsafe flags in a dependency, so a
// package that merely uses this one gets correct, slower kernels.
let isRoot = !Context.packageDirectory.contains("/checkouts/")

/// Whether the building machine's vector registers are 512 bits wide; the kernels choose their tile by it.
let hasAVX512 = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx512f ") ?? false

var numerical: [SwiftSetting] = []
#if arch(x86_64)
  if isRoot {
    numerical += [.unsafeFlags(["-O", "-Xcc", "-march=native"]), .define("NATIVE")]
    if hasAVX512 { numerical.append(.define("AVX512")) }
  }
#else
  if isRoot { numerical += [.unsafeFlags(["-O"])] }
  numerical.append(.define("NATIVE"))
#endif

let package = Package(
  name: "HyperRouter",
  platforms: [.macOS(.v15)],
  targets: [
    .target(name: "Tensors", swiftSettings: numerical),
    .target(name: "Training", dependencies: ["Tensors"], swiftSettings: numerical),
    .target(name: "CommandLineInterface"),
    .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "Tensors", "TestSupport"]),
    .testTarget(name: "CommandLineInterfaceTests", dependencies: ["CommandLineInterface"]),
  ],
  swiftLanguageModes: [.v6]
)
