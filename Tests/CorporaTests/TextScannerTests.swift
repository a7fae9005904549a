import Tensors
import Testing

@testable import Corpora

@Suite("Scanning UTF-8")
struct TextScannerTests {
  /// The scalars of a text, nil if the scanner refuses it.
  private func scalars(_ text: [UInt8]) -> [UInt32]? {
    text.withUnsafeBufferPointer { bytes in
      var values: [UInt32] = []
      let error = corpusError { try TextScanner(bytes: bytes).forEachScalar { value, _ in values.append(value) } }
      return error == nil ? values : nil
    }
  }

  @Test("The scanner accepts what the standard library accepts, and finds the same scalars")
  func agreement() {
    // Bytes at and around every limit of the encoding's table.
    let interesting: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
      0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF,
    ]
    var random = Random(seed: 9)
    var accepted = 0
    for round in 0..<60_000 {
      let text = (0..<1 + round % 5).map { _ in interesting[random.below(interesting.count)] }
      let expected = String(validating: text, as: UTF8.self)?.unicodeScalars.map(\.value)
      if expected != nil { accepted += 1 }
      #expect(scalars(text) == expected)
    }
    #expect(accepted > 1000)
  }

  @Test("Every scalar of the basic plane and of the last is read, and white space is what Unicode says")
  func wholePlanes() {
    let all = (Array(0...0x1_0400) + Array(0x10_FF00...0x10_FFFF)).compactMap { Unicode.Scalar(UInt32($0)) }
    for scalar in all where TextScanner.isWhiteSpace(scalar.value) != scalar.properties.isWhitespace {
      Issue.record("whether \(scalar.debugDescription) is white space")
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: all)
    #expect(scalars(Array(String(text).utf8)) == all.map(\.value))
  }
}

/// Returns the error that `body` throws, if it is a `CorpusError` whose description is one line.
func corpusError(_ body: () throws -> Void) -> CorpusError? {
  do {
    try body()
    return nil
  } catch {
    guard let error = error as? CorpusError, !error.description.contains("\n") else { return nil }
    return error
  }
}
