import Corpora
import Testing
import Training

@testable import Command
@testable import Experiments

@Suite("When a page is written during a training")
struct PageScheduleTests {
  /// The steps after which a page of a preset's run is due.
  private func due(_ preset: Preset, runs: Int, evaluations interval: Int) throws -> [Int] {
    let run = try PresetTable.run(preset, try Corpus(builtin: DialectCorpus(lines: 20)).vocabulary)
    var pages = PageSchedule(of: run, runs: runs)
    return stride(from: 0, through: run.training.steps, by: interval).filter { pages.isDue(after: $0) }
  }

  @Test("At the first evaluation, not at the last, and the seldomer the more runs there are on the page")
  func interval() throws {
    let steps = try PresetTable.run(.tiny, try Corpus(builtin: DialectCorpus(lines: 20)).vocabulary).training.steps
    let one = try due(.tiny, runs: 1, evaluations: 1)
    let many = try due(.tiny, runs: 2, evaluations: 1)
    #expect(one.first == 0 && one.count > 2 && one.allSatisfy { $0 < steps })
    let gaps = zip(one, one.dropFirst()).map { $1 - $0 }
    #expect(Set(gaps).count == 1 && gaps[0] > 1)
    #expect(many.count > 1 && abs(many[1] - 2 * gaps[0]) <= 1)
    #expect(try due(.smoke, runs: 1, evaluations: 1) == [0], "a page would take longer than the training")
    #expect(try due(.paperSmall, runs: 1, evaluations: 1000).count > 2)
  }
}
