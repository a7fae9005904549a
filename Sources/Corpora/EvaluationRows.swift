/// How an evaluation reads a split: in rows side by side that begin warm, each symbol predicted once (D11).
///
/// Segment s predicts the symbols sT ..< (s+1)T of the split; segments with a negative number lie in what precedes it. A row
/// begins with segments that are read and not scored, as far back as the model can see. So the bits of a symbol do not depend on
/// where rows begin. The symbols at the beginning of a file that fewer precede are cold. They are scored, and counted apart
/// unless the file has no others.
public struct EvaluationRows: Sendable {
  /// Rows of the same shape, read in step.
  package struct Tile {
    /// The first symbol that each row predicts, scored or not; 0 is the first of the split.
    package var starts: [Int]
    /// The segments of each row, counted from its start.
    package let segments: [Range<Int>]
    /// How many symbols at the beginning of each row are not scored.
    package let unscored: Int
  }

  /// Rows of a text read side by side, at most.
  public static let largestBatch = 16
  /// Rows in one tile of work; fixed, so that sums are the same for any number of threads.
  static let rowsPerTile = 4

  package let split: Corpus.Split
  package let tiles: [Tile]
  /// How many symbols precede a warm one, at least.
  private let warmth: Int

  /// How many symbols are scored: all of the split but the first of a file.
  public var symbolCount: Int { split.symbols.count - Self.firstScored(in: split) }

  /// How many of them are cold.
  public var coldCount: Int {
    min(symbolCount, max(0, warmth - split.preceding.symbols.count - Self.firstScored(in: split)))
  }

  /// Cuts a split into rows.
  ///
  /// `receptiveField` says how many symbols before a segment its predictions depend on; nil for a model that carries nothing from
  /// one segment to the next. Such a model reads windows of T symbols, and only the second half of each is scored.
  ///
  /// - Throws: `CorpusError` if there is nothing to predict.
  public init(_ split: Corpus.Split, segment T: Int, receptiveField: Int?, largestBatch: Int = largestBatch) throws {
    precondition(T > 0 && largestBatch > 0, "EvaluationRows: segment \(T), \(largestBatch) rows")
    let count = split.symbols.count
    guard count > Self.firstScored(in: split) else {
      throw CorpusError("the split has \(count) symbols, expected at least 2: one to read and one to predict")
    }
    self.split = split
    let half = max(1, T / 2)
    warmth = receptiveField ?? T - half
    guard let receptiveField else {
      let windows = stride(from: 0, to: count, by: half).compactMap { start in
        Self.row(in: split, scoring: start..<start + half, from: start + half - T, segment: nil)
      }
      tiles = Self.tiles(windows)
      return
    }
    let warmUp = (receptiveField + T - 1) / T  // segments
    // Of a short text there are fewer rows: each reads the end of the one before again.
    let batch = max(1, min(largestBatch, count / T / max(1, 2 * warmUp)))
    let length = count / T / batch * T
    let starts = (0..<batch).map { $0 * length } + [batch * length, count]
    tiles = Self.tiles(
      zip(starts, starts.dropFirst()).compactMap { start, end in
        Self.row(in: split, scoring: start..<end, from: start - warmUp * T, segment: T)
      })
  }

  /// Nothing predicts the first symbol of a file.
  private static func firstScored(in split: Corpus.Split) -> Int { split.preceding.symbols.isEmpty ? 1 : 0 }

  /// One row, which reads as far back as the file goes; nil if it would score nothing.
  private static func row(in split: Corpus.Split, scoring range: Range<Int>, from start: Int, segment: Int?) -> Tile? {
    let scored = range.clamped(to: firstScored(in: split)..<split.symbols.count)
    guard !scored.isEmpty else { return nil }
    let start = max(start, 1 - split.preceding.symbols.count)
    var segments: [Range<Int>] = []
    var place = start
    while place < scored.upperBound {
      // Segments end at multiples of T, below zero, too.
      let end = segment.map { place - (place % $0 + $0) % $0 + $0 } ?? scored.upperBound
      segments.append(place - start..<min(end, scored.upperBound) - start)
      place = end
    }
    return Tile(starts: [start], segments: segments, unscored: scored.lowerBound - start)
  }

  /// Puts neighbours of equal shape together, as evenly as can be: a row is alone only if no neighbour is like it.
  private static func tiles(_ rows: [Tile]) -> [Tile] {
    var tiles: [Tile] = []
    var rest = rows[...]
    while let first = rest.first {
      let starts = rest.prefix { $0.segments == first.segments && $0.unscored == first.unscored }.flatMap(\.starts)
      rest.removeFirst(starts.count)
      let parts = (starts.count + rowsPerTile - 1) / rowsPerTile
      for part in 0..<parts {
        let own = starts.count * part / parts..<starts.count * (part + 1) / parts
        tiles.append(Tile(starts: Array(starts[own]), segments: first.segments, unscored: first.unscored))
      }
    }
    return tiles
  }

  /// One segment of each row of a tile, row-major.
  package struct Step {
    package let inputs: [Int32]
    /// Their successors.
    package let targets: [Int32]
    /// The numbers of the targets that are scored.
    package let scored: [Int]
    /// The numbers of those that are scored apart.
    package let cold: [Int]
    /// What is known about each target; nil for files.
    package let marks: [Mark]?
    /// The class of each input; nil for texts without classes.
    package let classes: [UInt8]?
  }

  /// Reads one segment of each row of a tile.
  package func step(_ tile: Tile, _ segment: Range<Int>) -> Step {
    let preceding = split.preceding
    let places = tile.starts.flatMap { start in segment.map { start + $0 } }
    func at<Value>(_ place: Int, _ own: [Value], _ before: [Value]) -> Value {
      place < 0 ? before[before.count + place] : own[place]
    }
    let scored = places.indices.filter { segment.lowerBound + $0 % segment.count >= tile.unscored }
    let isWarm = { (target: Int) in
      coldCount == symbolCount || places[target] + preceding.symbols.count >= warmth
    }
    return Step(
      inputs: places.map { at($0 - 1, split.symbols, preceding.symbols) },
      targets: places.map { at($0, split.symbols, preceding.symbols) },
      scored: scored.filter(isWarm), cold: scored.filter { !isWarm($0) },
      marks: split.annotations.map { own in places.map { at($0, own.marks, preceding.annotations?.marks ?? []) } },
      classes: split.annotations?.classes.map { own in
        places.map { at($0 - 1, own, preceding.annotations?.classes ?? []) }
      })
  }
}
