import Testing
import Training

@testable import Benchmarks

@Suite("Matrix products, measured")
struct MatrixBenchmarkTests {
  @Test(
    "The products are those of the layers of paper-small, of all its tokens or an expert's share, and two square ones")
  func layers() {
    let sizes = Preset.paperSmall.sizes
    let (tokens, d, f) = (sizes.batch * sizes.segment, sizes.modelWidth, sizes.expertWidth)
    #expect(f == sizes.heads * sizes.headWidth)
    let problems = MatrixBenchmark.large.map { [$0.m, $0.k, $0.n] }
    #expect(problems.prefix(3) == [[tokens, d, f], [tokens, f, d], [tokens * sizes.k / sizes.experts, d, f]])
    #expect(problems.count == 5 && problems.suffix(2).allSatisfy { Set($0).count == 1 })
    #expect(problems[4][0] == 2 * problems[3][0] && MatrixBenchmark.large.allSatisfy { $0.batch == 1 })
  }

  @Test("Scores and sums of attention are products of T queries and M + T keys for each head of each sequence")
  func attention() {
    let sizes = Preset.paperSmall.sizes
    let (queries, keys) = (sizes.segment, sizes.memory + sizes.segment)
    let problems = MatrixBenchmark.batched.map { [$0.m, $0.k, $0.n] }
    #expect(problems == [[queries, sizes.headWidth, keys], [queries, keys, sizes.headWidth]])
    #expect(MatrixBenchmark.batched.allSatisfy { $0.batch == sizes.batch * sizes.heads })
  }

  @Test(
    "A row says what was multiplied, and how fast: slower than the peak", arguments: MatrixBenchmark.Transpose.allCases)
  func row(_ transpose: MatrixBenchmark.Transpose) {
    let problem = MatrixBenchmark.Problem(m: 48, k: 32, n: 64, batch: 40)
    #expect(problem.operations == 2 * 48 * 32 * 64 * 40)
    let rows = [
      MatrixBenchmark(isQuick: true).row(problem, Float.self, transpose, 1),
      MatrixBenchmark(isQuick: true).row(problem, Double.self, transpose, 1),
    ]
    #expect(rows.map(\.scalar) == ["Float", "Double"])
    for row in rows {
      #expect([row.m, row.k, row.n, row.batch, row.threads] == [48, 32, 64, 40, 1] && row.transpose == transpose)
      #expect(row.gflops > 1e-3 && row.ofPeak > 1e-5 && row.spread >= 0)
      // Other work on the machine may slow the measured peak as well.
      #expect(row.ofPeak < 10)
    }
  }
}
