import TestSupport
import Testing

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
