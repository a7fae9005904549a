import Autograd
import Corpora
import Foundation
import MixtureOfExperts
import RunFiles
import Tensors
import TestSupport
import Testing

@testable import Experiments
@testable import Training

@Suite("Whether a text leaves routers something to differ in")
struct HeadroomTests {
  private let directory = TemporaryDirectory()

  /// Models that train in a moment.
  private let settings = small { settings in
    settings.preset = .smoke
    settings.set(\.training.steps, to: 8)
    settings.set(\.model.layers, to: 1)
    settings.threads = 1
  }

  /// A model of one layer whose tokens are routed by class, and a text.
  private func routed(_ builtin: any BuiltinText) throws -> (model: LanguageModel<Double>, corpus: Corpus) {
    let corpus = try Corpus(builtin: builtin)
    let run = try settings.configuration(.random, vocabulary: corpus.vocabulary)
    let plain = LanguageModel<Double>(run.model, seed: 1)
    return (LanguageModel(ClassRoutedHost(plain.host, classes: corpus.classes ?? [])), corpus)
  }

  @Test(
    "A token's k experts are those of its own class: class mod N, class + 1 mod N, …, in every segment of every row")
  func experts() throws {
    for builtin in [TopicsCorpus(lines: 400), DialectCorpus(lines: 400)] as [any BuiltinText] {
      let (model, corpus) = try routed(builtin)
      let symbols = corpus.splits.validation.symbols
      let known = try #require(corpus.splits.validation.annotations?.classes)
      let markers = Set(
        try #require(corpus.builtin).facts.classMarkers.compactMap { try? corpus.vocabulary.encode([$0]).first })
      let (length, rows, experts) = (7, 3, model.configuration.experts)
      let row = symbols.count / rows
      for k in [1, 2, 3] {
        var state = HostState<Double>.empty
        for segment in 0..<8 {
          var places: [Int] = []
          for number in 0..<rows { places += (0..<length).map { row * number + segment * length + $0 } }
          let output = model(
            places.map { symbols[$0] }, batch: rows, state: state, k: k, random: nil, on: .evaluating())
          state = output.state
          for (token, place) in places.enumerated() {
            // Rows begin anywhere: before a row's first marker nothing is known.
            let knows = symbols[place / row * row...place].contains { markers.contains($0) }
            let own = knows ? Int(known[place]) : 0
            let chosen = Set(output.routing[0].selection[token * k..<(token + 1) * k].map { Int($0) })
            #expect(chosen == Set((0..<k).map { (own + $0) % experts }), "place \(place), k = \(k)")
          }
        }
      }
    }
  }

  @Test("Their weights are 1/k, and the mixture is the mean of its experts, by loops")
  func weights() {
    let (classes, N) = ([0, 5, 8, 13], 6)
    for k in [1, 2, 6] {
      let router = GivenRouter<Double>(classes: classes, k: k, experts: N)
      let h = Tape<Double>.evaluating().constant(.zeros([4, 3]))
      let gates = router.gates(router.logits(h), order: .topKThenSoftmax, k: k, random: nil)
      for (token, own) in classes.enumerated() {
        #expect(
          Set(gates.selection[token * k..<(token + 1) * k]) == Set((0..<k).map { Int32((own + $0) % N) }))
      }
      #expect(
        mismatch(gates.weights.value.scalars, Array(repeating: 1 / Double(k), count: 4 * k), relative: 1e-15) == nil)
    }
  }

  @Test("A text routed by class reads the same in one segment, in pieces, and symbol by symbol")
  func pieces() throws {
    let (model, corpus) = try routed(TopicsCorpus(lines: 100))
    let text = Array(corpus.splits.train.symbols[..<24])
    let whole = model(text, batch: 1, state: .empty, limit: 24, k: 2, random: nil, on: .evaluating()).logits.value
    var state = HostState<Double>.empty
    var pieces: [Double] = []
    for range in [0..<5, 5..<12, 12..<24] {
      let output = model(
        Array(text[range]), batch: 1, state: state, limit: 24, k: 2, random: nil, on: .evaluating())
      state = output.state
      pieces += output.logits.value.scalars
    }
    #expect(mismatch(pieces, whole.scalars, absolute: 1e-12) == nil)
    var reader = model.reader()
    let first = reader([text[0]], k: 2, workers: .one).scalars
    let second = reader(Array(text[1..<8]), k: 2, workers: .one).scalars
    let read = Array(whole.scalars[..<(8 * model.configuration.vocabulary)])
    #expect(mismatch(first + second, read, absolute: 1e-12) == nil)
  }

  @Test("Seven criteria, each judged by the runs; kept, the same command finds all of it again")
  func criteria() throws {
    func result(_ observer: Listener) throws -> HeadroomResult {
      let headroom = try Headroom(settings, seeds: 1, pairedSeeds: 2, observer: observer)
      return try headroom.result(in: headroom.experiment.directory(at: directory.path + "/all"))
    }
    let (listener, again) = (Listener(), Listener())
    let found = try result(listener)
    #expect(found.criteria.map(\.id) == ["H1", "H2", "H3", "H3", "H4", "H4", "H5", "H5", "H6", "H7"])
    #expect(found.criteria[0].isMet && found.criteria.allSatisfy { $0.measured != nil })
    #expect(listener.notes[0].hasPrefix("12 runs, about "))
    let byName = Dictionary(uniqueKeysWithValues: found.runs.map { ("\($0.variant)-\($0.seed)", $0) })
    func bits(_ name: String) throws -> Double { try #require(byName[name]?.test.first?.bitsPerCharacter) }
    let capacity = try bits("dense-16-1") - bits("dense-64-1")
    #expect(abs((found.criteria[1].measured ?? 0) - capacity) < 1e-12)
    for (place, k) in [(2, 1), (3, 2)] {
      let routing = try bits("random-k\(k)-1") - bits("by-class-k\(k)-1")
      #expect(abs((found.criteria[place].measured ?? 0) - routing) < 1e-12 && byName["random-k\(k)-1"]?.lastK == k)
      // An oracle knows all of the class that its experts can tell: more than is left to chance.
      let known = try #require(byName["by-class-k\(k)-1"]?.test.first?.classInformationPerLayer?[0])
      #expect(known > 2.5 && known <= 3)
    }
    let differences = try [1, 2].map { try bits("smoe-\($0)") - bits("hyperrouter-\($0)") }
    #expect(abs((found.criteria[8].measured ?? 0) - abs(differences[0] - differences[1]) / 2.0.squareRoot()) < 1e-12)
    let kept = try result(again)
    #expect(again.notes[0] == "12 runs, all kept from before")
    #expect(try JSON.encode(kept.runs) == JSON.encode(found.runs))
    // Of an oracle there are results and no model, which could not be read back.
    #expect(!FileManager.default.fileExists(atPath: directory.path + "/all/by-class-k1-1/model.safetensors"))
  }

  @Test("A bound is met at the bound; nothing measured, or not a number, meets none")
  func bounds() {
    let exact = PairedDifference([0.25, 0.25])
    #expect(
      HeadroomCriterion("H", "", exact, atLeast: 0.25).isMet && !HeadroomCriterion("H", "", exact, above: 0.25).isMet)
    #expect(!HeadroomCriterion("H", "", exact, atLeast: 0.26).isMet)
    // The interval is 0.255 ± 0.064; without spread there is none.
    let spread = PairedDifference([0.25, 0.26])
    #expect(HeadroomCriterion("H", "", spread, above: 0.19).isMet)
    #expect(!HeadroomCriterion("H", "", spread, above: 0.2).isMet && !HeadroomCriterion("H", "", exact, above: 0).isMet)
    #expect(
      HeadroomCriterion("H", "", 0.25, atMost: 0.25).isMet && !HeadroomCriterion("H", "", 0.26, atMost: 0.25).isMet)
    #expect(
      !HeadroomCriterion("H", "", nil, atMost: 1).isMet && !HeadroomCriterion("H", "", -.infinity, atMost: 1).isMet)
    #expect(!HeadroomCriterion("H", "", PairedDifference([.nan]), atLeast: 0).isMet)
    #expect(HeadroomCriterion("H", "", -0.1, within: 0.1).isMet)
    #expect(!HeadroomCriterion("H", "", 0.2, within: 0.1).isMet)
  }

  @Test("A text without classes, and a width that no dense network can have, are refused")
  func refusals() {
    func refused(_ change: (inout RunSettings) -> Void) -> String? {
      var own = settings
      change(&own)
      do { try Headroom.check(own) } catch { return "\(error)" }
      return nil
    }
    #expect(refused { _ in } == nil)
    #expect(refused { $0.set(\.model.memory, to: 0) }?.hasPrefix("memory: found 0, expected") == true)
    for data in ["text.txt", "builtin:lists", "builtin:recall"] {
      #expect(
        refused { $0.set(\.data, to: data) }
          == "data: found \(data), expected a text whose classes are known: builtin:topics and builtin:dialects")
    }
    #expect(
      refused { $0.set(\.model.expertWidth, to: 7) }?.hasPrefix("expertWidth: found 7, expected k·f = 14") == true)
  }
}
