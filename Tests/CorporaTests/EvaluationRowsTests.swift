import Testing

@testable import Corpora

@Suite("Rows that begin warm")
struct EvaluationRowsTests {
  /// A split whose symbols are their places in the file.
  private func split(_ count: Int, after preceding: Int) -> Corpus.Split {
    let file = (0..<Int32(preceding + count)).map { $0 }
    return Corpus.Split(
      symbols: Array(file[preceding...]), annotations: nil, unknown: nil, guesses: nil, frequencies: nil,
      preceding: Corpus.Split.Preceding(file[..<preceding]))
  }

  /// Numbers of symbols, of those before, T, r and rows at most.
  static let cases = [
    (100, 40, 6, 11, 16), (100, 40, 6, 11, 1), (97, 23, 8, 8, 3), (97, 3, 8, 8, 3), (97, 0, 8, 20, 16),
    (5, 9, 6, 11, 4),
    (5, 0, 6, 11, 4), (2, 0, 1, 0, 4), (1, 1, 6, 0, 2), (240, 7, 6, 0, 16), (63, 500, 1, 13, 5),
    (1000, 300, 16, 48, 16),
  ]

  @Test(
    "Every symbol but the first of a file is scored exactly once, after all that the model can see", arguments: cases)
  func once(count: Int, preceding: Int, segment: Int, field: Int, batch: Int) throws {
    let rows = try EvaluationRows(
      split(count, after: preceding), segment: segment, receptiveField: field, largestBatch: batch)
    var (warm, cold): ([Int], [Int]) = ([], [])
    #expect(rows.tiles.map(\.starts.count).reduce(0, +) <= batch + 1)
    for tile in rows.tiles {
      #expect((1...EvaluationRows.rowsPerTile).contains(tile.starts.count))
      var read: [[Int32]] = Array(repeating: [], count: tile.starts.count)
      for range in tile.segments {
        let step = rows.step(tile, range)
        #expect(step.targets == step.inputs.map { $0 + 1 }, "targets follow inputs")
        for (row, start) in tile.starts.enumerated() {
          read[row] += step.inputs[row * range.count..<(row + 1) * range.count]
          // Segments end at multiples of T of the split, or with the row.
          #expect((start + range.upperBound) % segment == 0 || range == tile.segments.last)
        }
        for token in step.scored + step.cold {
          let place = Int(step.targets[token])
          let beforeSegment = read[token / range.count].count - range.count
          #expect(beforeSegment >= field || Int(read[token / range.count][0]) == 0, "as far back as the file goes")
          if rows.coldCount < rows.symbolCount { #expect(step.cold.contains(token) == (place < field)) }
        }
        warm += step.scored.map { Int(step.targets[$0]) }
        cold += step.cold.map { Int(step.targets[$0]) }
      }
      for row in read { #expect(row.enumerated().allSatisfy { Int($1) == Int(row[0]) + $0 }, "nothing is left out") }
    }
    let expected = max(1, preceding)..<preceding + count
    #expect((warm + cold).sorted() == Array(expected))
    #expect(rows.symbolCount == expected.count && rows.coldCount == expected.count { $0 < field })
    #expect(cold.count == (rows.coldCount == rows.symbolCount ? 0 : rows.coldCount), "nothing warm: all count")
  }

  @Test(
    "Without memory windows of T begin every T/2 symbols, and their second halves are scored", arguments: [1, 6, 7])
  func windows(segment: Int) throws {
    for (count, preceding) in [(50, 30), (50, 0), (3, 2), (2, 100)] {
      let rows = try EvaluationRows(split(count, after: preceding), segment: segment, receptiveField: nil)
      var scored: [Int] = []
      for tile in rows.tiles {
        let range = try #require(tile.segments.first)
        #expect(tile.segments.count == 1 && range.count <= segment)
        let step = rows.step(tile, range)
        for token in (step.scored + step.cold) {
          let place = Int(step.targets[token])
          scored.append(place)
          let seen = token % range.count + 1
          #expect(seen >= min(place, segment - max(1, segment / 2) + 1))
        }
      }
      #expect(scored.sorted() == Array(max(1, preceding)..<preceding + count))
    }
  }

  @Test("Validation and test are preceded by the file's symbols before them, a prefix too; training by nothing")
  func preceding() throws {
    let corpus = try Corpus(builtin: DialectCorpus(lines: 100))
    let whole = corpus.splits.train.symbols + corpus.splits.validation.symbols + corpus.splits.test.symbols
    #expect(corpus.splits.train.preceding.symbols.isEmpty)
    for split in [corpus.splits.validation, corpus.splits.test, corpus.splits.test.prefix(10)] {
      let before = split.preceding.symbols
      #expect(before + split.symbols == Array(whole.prefix(before.count + split.symbols.count)))
      #expect(split.preceding.annotations?.marks.count == before.count)
    }
    let long = [Int32](repeating: 1, count: Corpus.Split.Preceding.limit) + [2, 3]
    #expect(Corpus.Split.Preceding(long[...]).symbols == Array(long.dropFirst(2)))
  }

  @Test("A split in which nothing can be predicted is an error")
  func nothing() {
    #expect(throws: CorpusError.self) { try EvaluationRows(split(1, after: 0), segment: 4, receptiveField: 4) }
    #expect(throws: CorpusError.self) { try EvaluationRows(split(0, after: 9), segment: 4, receptiveField: nil) }
  }
}
