import Testing

@testable import Corpora

@Suite("What a guess would answer")
struct AnswerGuessesTests {
  @Test("is counted on the training split alone, which often has another most frequent answer than the whole text")
  func trainingAlone() throws {
    var differing = 0
    for seed in 1...20 {
      let text = ListCorpus(seed: UInt64(seed), lines: 60)
      let corpus = try Corpus(builtin: text)
      let splits = corpus.splits
      let train = splits.train.symbols
      let whole = train + splits.validation.symbols + splits.test.symbols
      let marks = text.annotations.marks
      let own = try #require(AnswerGuesses(train[...], marks))
      if AnswerGuesses(whole[...], marks) != own { differing += 1 }
      for split in [splits.train, splits.validation, splits.test] { #expect(split.guesses == own, "seed \(seed)") }
    }
    #expect(differing >= 5, "texts in which the two sides differ: \(differing)")
  }
}
