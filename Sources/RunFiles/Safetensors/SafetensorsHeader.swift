import Foundation

/// The JSON header of a safetensors file, every tensor checked by itself.
struct SafetensorsHeader {
  /// What the header says about one tensor; the shape fits the offsets.
  struct Tensor {
    let name: String
    let scalar: SafetensorsScalar
    let shape: [Int]
    let begin: Int
    let end: Int
  }

  /// What is wrong with a header.
  struct Problem: Error {
    let problem: String
  }

  /// The tensors in the order of their bytes.
  let tensors: [Tensor]
  /// Free remarks.
  let metadata: [String: String]

  /// Reads a header.
  ///
  /// - Parameter json: The header's bytes, padding included.
  /// - Throws: What is wrong, in one line.
  init(_ json: Data) throws(Problem) {
    guard json.first == UInt8(ascii: "{"), String(validating: json, as: UTF8.self) != nil else {
      throw Problem(problem: "found a header that does not begin with { or is not UTF-8, expected a JSON object")
    }
    let fields: [String: Field]
    do {
      fields = try JSON.decode([String: Field].self, from: json, convertsKeys: false)
    } catch let error as Problem {
      throw error
    } catch {
      throw Problem(problem: "found a header that is no JSON object, expected one description for every tensor")
    }
    var tensors: [Tensor] = []
    var metadata: [String: String] = [:]
    for (name, field) in fields {
      switch field {
      case .remarks(let remarks): metadata = remarks
      case .tensor(let description): tensors.append(try description.tensor(named: name))
      }
    }
    self.tensors = tensors.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    self.metadata = metadata
  }
}

extension SafetensorsHeader {
  /// The value of one key of the header.
  private enum Field: Decodable {
    case remarks([String: String])
    case tensor(Description)

    init(from decoder: any Decoder) throws {
      let name = decoder.codingPath.last?.stringValue ?? ""
      if name == SafetensorsFile.metadataKey {
        guard let remarks = try? [String: String](from: decoder) else {
          throw Problem(problem: "found a __metadata__ that is no object of texts")
        }
        self = .remarks(remarks)
        return
      }
      guard let values = try? decoder.container(keyedBy: Description.CodingKeys.self) else {
        throw Problem(problem: "tensor \"\(name.onOneLine)\": found no object, expected dtype, shape and data_offsets")
      }
      func value<Value: Decodable>(_ key: Description.CodingKeys, _ expected: String) throws -> Value {
        guard let value = try? values.decode(Value.self, forKey: key) else {
          throw Problem(problem: "tensor \"\(name.onOneLine)\": found no usable \(key.rawValue), expected \(expected)")
        }
        return value
      }
      self = .tensor(
        Description(
          dtype: try value(.dtype, "a text"),
          shape: try value(.shape, "a list of 64-bit integers"),
          offsets: try value(.offsets, "a list of two 64-bit integers")))
    }
  }

  /// What the header says about one tensor, not checked yet.
  private struct Description {
    enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }

    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    /// Checks the description.
    ///
    /// - Parameter name: The tensor's name.
    /// - Returns: The tensor, its shape fitting its offsets.
    /// - Throws: What is wrong, in one line.
    func tensor(named name: String) throws(Problem) -> Tensor {
      func wrong(_ problem: String) -> Problem { Problem(problem: "tensor \"\(name.onOneLine)\": \(problem)") }
      guard let scalar = SafetensorsScalar(rawValue: dtype) else {
        let known = SafetensorsScalar.allCases.map(\.rawValue).joined(separator: ", ")
        throw wrong("found the unknown dtype \"\(dtype.onOneLine)\", expected one of \(known)")
      }
      var size = scalar.size
      for length in shape {
        guard length >= 0 else { throw wrong("found the shape \(shape), expected no negative length") }
        let (product, overflow) = size.multipliedReportingOverflow(by: length)
        guard !overflow else { throw wrong("found the shape \(shape), which is larger than any file") }
        size = product
      }
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
        throw wrong("found data_offsets \(offsets), expected two numbers, begin ≤ end, from 0")
      }
      guard offsets[1] - offsets[0] == size else {
        throw wrong("found \(offsets[1] - offsets[0]) bytes, expected \(size) for \(dtype) of shape \(shape)")
      }
      return Tensor(name: name, scalar: scalar, shape: shape, begin: offsets[0], end: offsets[1])
    }
  }
}
