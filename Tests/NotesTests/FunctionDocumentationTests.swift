import Foundation
import TestSupport
import Testing

/// What operations and layers say of themselves.
@Suite("Doc comments of operations and layers")
struct FunctionDocumentationTests {
  /// A public function with its doc comment.
  struct Function {
    let path: String
    let declaration: String
    let documentation: String

    /// The public functions of a source whose declaration mentions variables, and all that layers are called by.
    static func ofVariables(_ path: String, _ source: String) -> [Function] {
      var (found, documentation): ([Function], [Substring]) = ([], [])
      let lines = source.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }
      for (number, line) in lines.enumerated() {
        if line.hasPrefix("///") {
          documentation.append(line.dropFirst(3))
        } else if !line.hasPrefix("@specialized") {
          if line.contains(/^public (static )?func\s|^(package )?func callAsFunction/) {
            let end = lines[number...].firstIndex { $0.contains("{") } ?? number
            let declaration = lines[number...end].joined(separator: " ")
            if declaration.contains("Variable") {
              found.append(
                Function(
                  path: path, declaration: declaration, documentation: documentation.joined(separator: "\n")))
            }
          }
          documentation = []
        }
      }
      return found
    }

    /// Whether the comment has a product of dimensions, a length, or says that any shape will do.
    var statesShapes: Bool {
      documentation.contains(/[\p{L}0-9…′·)]×[\p{L}0-9…(]/) || documentation.contains(/[Aa]ny shape|of length \w/)
    }
  }

  private static func functions(in folder: String) -> [Function] {
    Documents.files(folder).sorted { $0.key < $1.key }.flatMap { Function.ofVariables($0.key, $0.value) }
  }

  private static let operations = SourceTree.targetsWithOperations.sorted()
    .flatMap { functions(in: "Sources/\($0)/Operations") }
  private static let layers = SourceTree.targetsWithLayers.sorted().flatMap { functions(in: "Sources/\($0)") }
    .filter { !$0.path.contains("/Operations/") }

  @Test("Every operation, and whatever of a layer takes or returns variables, states shapes")
  func shapes() {
    let declared = SourceTree.targetsWithOperations.map { SourceTree.operations(of: $0).count }.reduce(0, +)
    #expect(Self.operations.count == declared && declared > 25)
    let callable = Self.layers.filter { $0.declaration.contains("func callAsFunction") }.map(\.path)
    for name in ["LayerNorm", "Projection", "MoELayer", "Experts", "RelativeAttention", "DecoderLayer"] {
      #expect(callable.contains { $0.hasSuffix("/\(name).swift") }, "\(name)")
    }
    for function in Self.operations + Self.layers {
      #expect(function.statesShapes, "\(function.path): \(function.declaration)")
    }
  }

  @Test("A comment without any shape is noticed")
  func shapeless() {
    let source = """
      /// Applies the layer.
      ///
      /// - Returns: What comes out.
      @specialized(where Scalar == Float)
      public func callAsFunction(
        _ x: Variable<Scalar>
      ) -> Variable<Scalar> {}
      /// Rows, n×d.
      public func other(_ x: Variable<Scalar>) {}
      """
    let found = Function.ofVariables("Layer.swift", source)
    #expect(found.map(\.statesShapes) == [false, true])
  }

  @Test("Every operation names the kernels that it runs and the file of the definition that these are held to")
  func kernels() throws {
    let kernels = Documents.files("Sources/Kernels").values.joined()
    let tensors = Documents.files("Sources/Tensors").values.joined()
    let definitions = Documents.files("Tests").merging(Documents.files("Sources/Kernels")) { $1 }
    var count = 0
    for function in Self.operations {
      let line = try #require(
        function.documentation.firstMatch(of: /Runs (.*); definition: `([\w+]+\.swift)`\./), "\(function.path)")
      let definition = definitions.first { $0.key.hasSuffix("/\(line.2)") }?.value ?? ""
      #expect(!definition.isEmpty, "\(function.path): \(line.2)")
      for name in line.1.matches(of: /`(\w*)\.(\w+)`/) {
        count += 1
        #expect(kernels.contains("func \(name.2)"), "\(function.path): \(name.2)")
        #expect(definition.contains(name.2), "\(function.path): \(line.2) does not hold \(name.2)")
        let own = Documents.text(function.path)
        #expect(own.contains(".\(name.2)(") || tensors.contains(".\(name.2)("), "\(function.path) runs no \(name.2)")
      }
    }
    #expect(count >= 25)
  }

  @Test("Every parameter that a doc comment names is one of the declaration below it")
  func parameters() {
    var count = 0
    for (path, source) in Documents.files("Sources").merging(Documents.files("Tests"), uniquingKeysWith: { $1 }) {
      for name in Self.misnamed(in: source, &count) { Issue.record("\(path): there is no parameter \(name)") }
    }
    #expect(count > 50, "only \(count) parameters are named")
    var two = 0
    #expect(
      Self.misnamed(in: "/// - Parameters:\n///   - x: 1.\n///   - z: 2.\nfunc f(x: Int, _ y: Int) {", &two) == ["z"])
    #expect(two == 2)
  }

  /// The parameters that comments of a source name and declarations do not have; counts all that are named.
  private static func misnamed(in source: String, _ count: inout Int) -> [String] {
    var (found, named): ([String], [String]) = ([], [])
    var declaration = ""
    for line in source.split(separator: "\n", omittingEmptySubsequences: false).map({ $0.drop { $0 == " " } }) {
      if line.hasPrefix("///"), let name = line.firstMatch(of: #/^/// +- (?:Parameter )?([a-z]\w*): /#)?.1 {
        named.append(String(name))
      } else if !named.isEmpty && !line.hasPrefix("///") {
        declaration += line + " "
        // A protocol's requirement has no body: it ends where the next declaration's does, at the latest.
        guard line.hasSuffix("{") || line.hasSuffix("}") || line.isEmpty else { continue }
        found += named.filter { !declaration.contains("\($0):") }
        count += named.count
        (named, declaration) = ([], "")
      }
    }
    return found
  }
}
