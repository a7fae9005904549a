// swift-tools-version: 6.3
import PackageDescription

// What a user writes: HyperRouter as a dependency, here by path.
let package = Package(
  name: "example",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "HyperRouter", path: "../..")],
  targets: [
    .executableTarget(
      name: "example",
      dependencies: [
        .product(name: "HyperRouter", package: "HyperRouter"),
        .product(name: "HyperRouterTraining", package: "HyperRouter"),
      ])
  ]
)
