import Corpora
import MixtureOfExperts
import Tensors

extension Evaluation {
  /// Reads the text once and predicts every segment several times: with what precedes it in memory, and with something else.
  ///
  /// What is remembered of the text is always what the model made of it with its own memory; only what it finds when a segment is
  /// predicted differs. Segments that nothing precedes are not counted.
  ///
  /// - Parameters:
  ///   - contents: What the model finds.
  ///   - lineFeed: The symbol that ends a line, so that lines that are seen whole are told apart; nil if there is none.
  ///   - k: Experts for each token.
  /// - Returns: One reading for each content; none of another row's memory where there is one row only.
  /// - Throws: ``TrainingError/evaluationNotFinite(k:)``, `CorpusError` if nothing precedes any segment.
  public func readings(finding contents: [MemoryContent], lineFeed: Int32?, k: Int) throws -> [MemoryReading] {
    let contents = contents.filter { $0 != .another || stream.batch > 1 }
    // The last tile takes the rows that are left over, so that none but a single row is alone.
    let shards = max(1, stream.batch / Self.rowsPerShard)
    let tallies = workers.map(shards) { shard in
      let first = shard * Self.rowsPerShard
      return self.tallies(
        rows: first..<(shard == shards - 1 ? self.stream.batch : first + Self.rowsPerShard), of: contents, lineFeed,
        k: k)
    }
    return try contents.indices.map { index in
      var tally = tallies[0][index]
      for other in tallies.dropFirst() { tally.add(other[index]) }
      guard let reading = tally.reading(of: contents[index]) else {
        throw CorpusError("too short: no segment of \(segment) symbols has anything in memory")
      }
      guard reading.bits.isFinite else { throw TrainingError.evaluationNotFinite(k: k) }
      return reading
    }
  }

  private func tallies(rows: Range<Int>, of contents: [MemoryContent], _ lineFeed: Int32?, k: Int) -> [MemoryTally] {
    var tallies = Array(repeating: MemoryTally(segment: segment), count: contents.count)
    var past = HostState<Scalar>.empty
    for index in 0..<stream.count {
      let segment = stream.segment(at: index)
      let part = rows.lowerBound * segment.length..<rows.upperBound * segment.length
      let (inputs, targets) = (Array(segment.inputs[part]), Array(segment.targets[part]))
      func output(_ model: LanguageModel<Scalar>, _ found: HostState<Scalar>) -> LanguageModel<Scalar>.Output {
        model(
          inputs, batch: rows.count, state: found, limit: self.memory, k: k, random: nil, on: .evaluating())
      }
      let own = output(model, past)
      if past.length > 0 {
        let isRecall = split.annotations.map { annotations in
          stream.annotations(annotations.marks, ofTargetsAt: index)[part].map(\.isRecall)
        }
        for (number, content) in contents.enumerated() {
          let found =
            switch content {
            case .own: own
            case .nothing: output(model, .empty)
            case .nothingRoutedAsOwn: output(model.holdingRouting(own.routing), .empty)
            case .another: output(model, past.ofNextRow)
            case .zeros: output(model, past.zeros)
            }
          tallies[number].add(
            found.logits.value, (inputs, targets), isRecall: isRecall, lineFeed: lineFeed, length: segment.length)
        }
      }
      past = own.state
    }
    return tallies
  }
}

extension HostState {
  /// Every row's state given to the row before it, the first one's to the last.
  fileprivate var ofNextRow: HostState {
    HostState(
      tensors.map { states in
        Tensor.concatenated([states.sliced(0, 1..<states.shape[0]), states.sliced(0, 0..<1)], axis: 0)
      })
  }

  /// As many tokens that say nothing.
  fileprivate var zeros: HostState { HostState(tensors.map { .zeros($0.shape) }) }
}
