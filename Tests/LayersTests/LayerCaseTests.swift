import Autograd
import Layers
import Tensors
import TestSupport
import Testing

/// The checks themselves: what they must reject.
@Suite("The checks of layers")
struct LayerCaseTests {
  /// Multiplies by a weight, with any list of weights that a test gives.
  struct Product: Layer {
    let weight = Parameter<Double>("weight", sample([3], seed: 1))
    let fixed = Frozen<Double>("fixed", sample([3], seed: 2))
    var parameters: [Parameter<Double>] { listed.contains("weight") ? [weight] : [] }
    var frozen: [Frozen<Double>] { listed.contains("fixed") ? [fixed] : [] }
    let listed: Set<String>
  }

  private func problem(
    _ layer: Product, margin: Double = 1, state: @escaping ([Tensor<Double>]) -> [Int32] = { _ in [] },
    function: ((Tape<Double>, [Variable<Double>]) -> Variable<Double>)? = nil
  ) -> LayerCase.Problem {
    .init(
      layer, inputs: [Tensor([3], [1, 2, 0.5])], margin: margin, state: state,
      function: function ?? { tape, x in tape(layer.weight) * x[0] + tape(layer.fixed) })
  }

  private let all: Set = ["weight", "fixed"]

  @Test("accept a right layer")
  func right() {
    let test = LayerCase("Product", "right") { _ in problem(Product(listed: all)) }
    #expect(test.disagreement(seed: 1, bound: 1e-7) == nil && test.listingFault() == nil)
  }

  @Test("reject weights that are held but not listed, or listed twice")
  func listing() {
    for listed: Set in [["weight"], ["fixed"]] {
      #expect(LayerCase("Product", "unlisted") { _ in problem(Product(listed: listed)) }.listingFault() != nil)
    }
  }

  @Test("reject points beside a kink or a tie, and derivatives that ignore a parameter")
  func kinks() {
    let layer = Product(listed: all)
    func fault(_ problem: @escaping @Sendable (UInt64) -> LayerCase.Problem) -> String? {
      LayerCase("Product", "wrong", problem: problem).disagreement(seed: 1, bound: 1e-7)
    }
    #expect(fault { _ in problem(layer, margin: 1e-4) } != nil)
    #expect(fault { _ in problem(layer, margin: .nan) } != nil)
    #expect(fault { _ in problem(layer, state: { $0[0].scalars.map { $0 > 0.501 ? 1 : 0 } }) } != nil)
    let first = layer.weight.value[0]
    #expect(fault { _ in problem(layer, state: { _ in [layer.weight.value[0] > first ? 1 : 0] }) } != nil)
    #expect(layer.weight.value[0] == first)
    #expect(fault { _ in problem(layer, function: { tape, x in tape(layer.weight).detached() * x[0] }) } != nil)
  }

  @Test("find the layers and operations of a target in its sources")
  func sources() {
    #expect(SourceTree.operations(of: "Autograd").isSuperset(of: ["+(x:y:)", "softmax(_:)"]))
    #expect(SourceTree.layers(of: "Layers").isSuperset(of: ["Projection", "Embedding"]))
    #expect(SourceTree.layers(of: "MixtureOfExperts").isSuperset(of: ["HyperRouter", "MoELayer", "Hypernetwork"]))
    #expect(SourceTree.operations(of: "Nothing").isEmpty && SourceTree.layers(of: "Nothing").isEmpty)
  }
}

/// What the sources are searched with must find what it is asked for, or nothing would ever be missing.
@Suite("The search for functions without a test")
struct SourceTreeTests {
  private let source = """
    /// A comment: func notThis() {}
    extension Kernel {
      @specialized(where S == Float) @specialized(where S == Double)
      public static func first<S: Real>(
        _ x: UnsafePointer<S>, by s: S, body: (_ i: Int, Int) -> Void, count: Int
      ) -> S {
        @inline(__always) func local(_ i: Int) {}
        func another() {}
        return s
      }

      @inline(__always) static func second(_ x: [Int: Int] = [:]) -> Int { 0 }
      @inline(__always)
      private static func hidden() {}
      struct Inner {
        var value: Int {
          func within() -> Int { 0 }
          return within()
        }
        mutating func third(of x: (a: Int, b: Int)) {}
      }
    }

    #if NATIVE
      fileprivate func alsoHidden() {}
      func free() {}
    #endif
    public func * <S: Real>(c: S, x: S) -> S { x }
    protocol Demand {
      func demanded()
    }
    """

  @Test("Every function that others may call is found, a second one in a file too; private and local ones are not")
  func functions() {
    #expect(
      SourceTree.functions(ofSource: source) == [
        "Kernel.first(_:by:body:count:)", "Kernel.second(_:)", "Kernel.Inner.third(of:)", "free()", "*(c:x:)",
      ])
    #expect(
      SourceTree.functions(ofSource: source) { $0.contains("-> S") } == ["Kernel.first(_:by:body:count:)", "*(c:x:)"])
  }

  @Test("Functions of the kernels are found in every file, overloads one by one")
  func kernels() {
    let kernels = SourceTree.functions(in: "Sources/Kernels")
    #expect(Set(kernels).count == kernels.count)
    for name in ["sumRows", "spreadRows", "rowProducts", "gatherRows", "select", "addSelected", "largestLogit"] {
      #expect(kernels.contains { $0.hasPrefix("Kernel.\(name)(") }, "\(name)")
    }
    #expect(kernels.contains("StackedRows.add(_:)") && kernels.contains("StackedRows.add(_:) 2"))
    #expect(!kernels.contains { $0.contains("addScaledRow") || $0.contains("body") })
  }

  @Test("Operations are the functions that return a variable")
  func operations() {
    let operations = SourceTree.operations(of: "TransformerXL")
    #expect(operations.contains("relativeShift(_:)") && !operations.contains { $0.contains("checkAttentionShapes") })
  }
}
