import TestSupport
import Testing

@testable import Kernels
@testable import Tensors

@Suite("Kernels against their definitions")
struct KernelDefinitionTests {
  /// A case among the arguments of a test, named by what it states.
  struct Held: CustomTestStringConvertible {
    let type: any KernelCase.Type
    var testDescription: String { type.statement }
  }

  private static let types: [any KernelCase.Type] = [
    BinaryCase.self, UnaryCase.self, AccumulatingCase.self, ExponentialCase.self, DropoutCase.self, AdamCase.self,
    SumCase.self, ExtremeCase.self, RowSumCase.self, LayerNormCase.self, SoftmaxCase.self, SoftmaxRowCase.self,
    SoftmaxBackwardCase.self, EntropyCase.self, TokenRowsCase.self, SelectionCase.self, LoopCase.self,
    PrefetchCase.self, OneRowCase.self,
    MatrixProductCase.self, AttentionCase.self, PeakCase.self,
  ]

  static let cases = types.map { Held(type: $0) }

  @Test("In Float and in Double, at every size of its kind, a kernel equals its definition", arguments: cases)
  func definition(_ held: Held) {
    hold(held.type)
  }

  private func hold<Case: KernelCase>(_ type: Case.Type) {
    let sizes = Case.sizes
    #expect(!sizes.isEmpty)
    let (float, double) = (Ledger("\(type), Float"), Ledger("\(type), Double"))
    for size in sizes {
      Case.check(Float.self, size, float)
      Case.check(Double.self, size, double)
    }
    // At most a few sizes are empty ones.
    for ledger in [float, double] {
      #expect(ledger.disagreements == 0, "\(ledger.name)")
      #expect(ledger.compared >= sizes.count, "\(ledger.name): \(ledger.compared) numbers at \(sizes.count) sizes")
    }
  }

  @Test("Every function of a kernel that another file may call is held to its definition")
  func coverage() {
    // What a kernel is made of, vectors, threads and buffers, has tests of its own.
    let machine = SourceTree.functions(in: "Sources/Kernels/Machine")
    let declared = Set(SourceTree.functions(in: "Sources/Kernels")).subtracting(machine)
    let held = Self.cases.flatMap { $0.type.kernels }
    #expect(declared.count > 100, "found only \(declared)")
    for name in declared.subtracting(held).sorted() { Issue.record("no case holds \(name)") }
    for name in Set(held).subtracting(declared).sorted() { Issue.record("a case holds \(name), which is not declared") }
    #expect(Set(held).count == held.count, "a kernel is held twice")
    #expect(Set(Self.cases.map { "\($0.type)" }).count == Self.cases.count)
  }

  @Test("The boundaries of vectors, tiles, panels and groups of queries are among the sizes")
  func boundaries() {
    #expect(Set(KernelSizes.lengths).isSuperset(of: [0, 1, 8, 9, 16, 17, 31, 32, 33, 16383, 16384, 16385]))
    #expect(Set(KernelSizes.widths).isSuperset(of: [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 64, 65, 72]))
    #expect(KernelSizes.rows(width: 1).contains(515) && KernelSizes.rows(width: 64).contains(259))
    #expect(
      Set(KernelSizes.products.map(\.depth)).isSuperset(
        of: [-1, 0, 1].map { Tiling.deepest + $0 } + [2 * Tiling.deepest + 1]))
    let attentions = KernelSizes.attentions
    #expect(Set(attentions.map(\.headWidth)).isSuperset(of: [16, 17, 20, 33, 64]))
    #expect(Set(attentions.map(\.queries)).isSuperset(of: [1, 31, 32, 33, 127, 128, 129, 261]))
  }
}
