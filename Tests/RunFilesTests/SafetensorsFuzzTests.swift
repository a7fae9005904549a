import Foundation
import Tensors
import TestSupport
import Testing

@testable import RunFiles

@Suite("Random safetensors and JSON: refused in one line or read, never a trap", .thorough)
struct SafetensorsFuzzTests {
  typealias Sample = SafetensorsFileTests

  private static let structure = Array("0123456789-.eE[]{},:\"\\ ".utf8)

  /// Reads a file and everything in it; a refusal must be one line.
  private func read(_ bytes: [UInt8]) throws -> SafetensorsFile? {
    do {
      let file = try SafetensorsFile(Data(bytes), path: "m")
      for entry in file.entries {
        _ = try? file.scalars(of: entry.name, as: Float.self)
        _ = try? file.scalars(of: entry.name, as: Double.self)
        _ = try? file.integers(of: entry.name)
      }
      return file
    } catch {
      guard error.kind == .damaged, !error.description.contains("\n") else { throw Fuzz.Fault("refused by \(error)") }
      return nil
    }
  }

  @Test("Damaged files: what is accepted in spite of its checksum is what was written")
  func damage() throws {
    let sample = Sample.sample()
    let sound = [UInt8](sample.encoded().reduce(Data(), +))
    let expected = try SafetensorsFile(Data(sound), path: "m")
    Fuzz("damaged safetensors", cases: 6_000).expect(accepted: 5, refused: 5_000) { random in
      let bytes = random.damaged(sound, alphabet: Self.structure)
      guard let file = try read(bytes) else { return .refused }
      let isChecked = Data(bytes).range(of: Data("\"xxh64\"".utf8)) != nil
      if isChecked && (file.entries != expected.entries || file.metadata != expected.metadata) {
        throw Fuzz.Fault("accepted with other contents")
      }
      return .accepted
    }
  }

  @Test("Damaged files without a checksum, their headers most of all")
  func withoutChecksum() {
    Fuzz("safetensors without a checksum", cases: 6_000).expect(accepted: 100, refused: 3_000) { random in
      var header = Array(Sample.header.utf8)
      header =
        random.bernoulli(0.5) ? random.misvalued(header) : random.damaged(header, alphabet: Self.structure, most: 2)
      let length = random.bernoulli(0.9) ? header.count : random.below(2 * header.count)
      let data = Sample.values + [UInt8](repeating: 0, count: random.bernoulli(0.9) ? 0 : random.below(20))
      let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      return try read(prefix + header + data) == nil ? .refused : .accepted
    }
  }

  @Test("Headers put together from the format's own words and impossible values")
  func grammar() {
    Fuzz("safetensors headers", cases: 6_000).expect(accepted: 1_000, refused: 1_000) { random in
      var end = 0
      let tensors = (0..<random.below(5)).map { index in
        let scalar = random.pick(SafetensorsScalar.allCases)
        let shape = (0..<random.below(4)).map { _ in
          random.bernoulli(0.95) ? random.below(4) : random.pick(Random.boundaryIntegers)
        }
        let size = shape.reduce(scalar.size) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let begin = random.bernoulli(0.95) ? end : random.pick(Random.boundaryIntegers)
        end = random.bernoulli(0.95) ? begin &+ size : random.pick(Random.boundaryIntegers)
        let dtype = random.bernoulli(0.97) ? scalar.rawValue : "F33"
        let name = random.bernoulli(0.95) ? "t\(index)" : random.pick(["t0", "", "__metadata__", "\\u0000", "é"])
        return "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
      }
      let header = "{\(tensors.joined(separator: ","))}"
      let count = (0...4096).contains(end) ? end : 16
      let file = try read([UInt8](Sample.file(header, data: [UInt8](repeating: 1, count: count))))
      return file == nil ? .refused : .accepted
    }
  }

  @Test("Brackets, quotation marks and numbers in any order, up to a thousand inside one another")
  func json() {
    let words = [
      "[", "{", "]", "}", "[", "{\"a\":", "\"", "\\", ",", ":", "1", "-", "1e999", "null", "\"a\"", "\u{0}", "é",
    ]
    Fuzz("JSON", cases: 6_000).expect(accepted: 1_000, refused: 3_000) { random in
      var text = ""
      for _ in 0...random.below(12) {
        let count = random.bernoulli(0.3) ? random.pick([1, 2, 127, 128, 129, 510, 511, 512, 513, 514, 1000]) : 1
        text += String(repeating: random.pick(words), count: count)
      }
      if random.bernoulli(0.3) {
        let depth = random.below(140)
        text = String(repeating: "[", count: depth) + "7" + String(repeating: "]", count: depth)
      }
      do {
        _ = try JSON.decode(AnyJSON.self, from: Data(text.utf8))
        return .accepted
      } catch { return .refused }
    }
  }
}
