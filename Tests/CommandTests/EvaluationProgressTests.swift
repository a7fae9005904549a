import Corpora
import Hosts
import Experiments
import MixtureOfExperts
import Testing
import Training

@testable import Command

@Suite("Progress of evaluations")
struct EvaluationProgressTests {
  @Test("While a text is read at several k a terminal shows what is evaluated and how much is done; then the line goes")
  func line() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 20))
    let configuration = Configuration(
      vocabulary: corpus.vocabulary.count, layers: 1, modelWidth: 8, heads: 2, headWidth: 4, expertWidth: 6,
      experts: 2, segment: 8, memory: 8, router: .smoe)
    let evaluation = try Evaluation(
      LanguageModel<Float>(configuration, seed: 1), on: corpus.splits.validation, workers: .one)
    let terminal = CapturedOutput(isTerminal: true, columns: 80)
    let console = Console(output: terminal, errors: terminal, environment: [:])
    #expect(try console.results(of: evaluation, "smoe", ks: [2, 1]).map(\.k) == [2, 1])
    #expect(terminal.text.hasPrefix("\rsmoe: evaluating") && terminal.text.contains(" 0/2"), "\(terminal.text)")
    #expect(terminal.text.hasSuffix("\r\u{1B}[K"))
  }
}
