import Foundation
import MixtureOfExperts
import Tensors
import TestSupport

@testable import Corpora

/// One symbol of a split as a model predicts it that reads the file from its first symbol on, in one row.
struct PredictedSymbol {
  /// Counted from the first of the split.
  let place: Int
  let target: Int32
  /// Its number in its segment.
  let position: Int
  /// The symbols of its segment up to the one before it.
  let read: [Int32]
  let logits: [Double]
  /// By layer.
  let routing: [(logits: [Double], chosen: [Int])]

  var loss: Double { log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(target)] }
}

/// The definition of what evaluations measure: no rows, nothing skipped; segments end at multiples of T of the split.
///
/// `output` says what the model finds before it predicts a segment, given what precedes it in the file; by default just that.
func readWhole(
  _ model: LanguageModel<Double>, _ split: Corpus.Split, segment T: Int = 6, memory M: Int = 5, k: Int = 2,
  output: ((_ inputs: [Int32], _ state: HostState<Double>) -> LanguageModel<Double>.Output)? = nil
) -> [PredictedSymbol] {
  let before = split.preceding.symbols.count
  let text = split.preceding.symbols + split.symbols
  var (start, state) = (1, HostState<Double>.empty)
  var found: [PredictedSymbol] = []
  while start < text.count {
    var end = start + 1
    while end < text.count, (end - before) % T != 0 { end += 1 }
    let inputs = Array(text[start - 1..<end - 1])
    let own = model(inputs, batch: 1, state: state, limit: M, k: k, random: nil, on: .evaluating())
    let used = output?(inputs, state) ?? own
    for token in inputs.indices {
      found.append(
        PredictedSymbol(
          place: start + token - before, target: text[start + token], position: token,
          read: Array(inputs[...token]), logits: used.logits.value.sliced(0, token..<token + 1).scalars,
          routing: used.routing.map { record in
            (
              record.logits.sliced(0, token..<token + 1).scalars,
              record.selection[token * k..<(token + 1) * k].map { Int($0) }
            )
          }))
    }
    (state, start) = (own.state, end)
  }
  return found.filter { $0.place >= 0 }
}

/// A split of a built-in text of 100 lines after so many symbols of the same file.
func split(_ count: Int, after preceding: Int, of corpus: Corpus) -> Corpus.Split {
  let (train, validation) = (corpus.splits.train, corpus.splits.validation)
  let end = train.symbols.suffix(preceding)
  return Corpus.Split(
    symbols: Array(validation.symbols.prefix(count)), annotations: validation.annotations?.part(0..<count),
    unknown: nil, guesses: validation.guesses, frequencies: nil,
    preceding: Corpus.Split.Preceding(end, train.annotations))
}

/// The losses of a split's symbols in windows of T = 6, each read at once and without state; the second half of each is new.
func readWindows(_ model: LanguageModel<Double>, _ split: Corpus.Split) -> [Double] {
  let text = Array(split.preceding.symbols.suffix(6)) + split.symbols
  return split.symbols.indices.map { place in
    // The window ends after a multiple of three symbols of the split.
    let end = 6 + min(split.symbols.count, place / 3 * 3 + 3)
    let window = 6 + place / 3 * 3 - 3..<end
    let inputs = Array(text[window.lowerBound - 1..<window.upperBound - 1])
    let output = model(inputs, batch: 1, state: .empty, k: 2, random: nil, on: .evaluating())
    return output.logits.value.crossEntropies(targets: Array(text[window]))[6 + place - window.lowerBound]
  }
}
