import Corpora
import MixtureOfExperts
import Training

extension Flag where Value: FixedWidthInteger {
  static func integer(_ name: String, _ valueName: String = "N", in range: ClosedRange<Value>, help: String) -> Flag {
    let bounds = "\(range.lowerBound) to \(range.upperBound)"
    return Flag(name, valueName: valueName, constraint: bounds, help: help, describe: { "\($0)" }) {
      text throws(ValueProblem) in
      guard let value = Value(text), range.contains(value) else {
        throw ValueProblem(expected: "an integer from \(bounds)")
      }
      return value
    }
  }
}

extension Flag where Value == [Int] {
  /// Integers separated by commas, each at most once.
  static func integers(
    _ name: String, _ valueName: String = "N,N,…", in range: ClosedRange<Int>, help: String
  ) -> Flag {
    let bounds = "\(range.lowerBound) to \(range.upperBound)"
    return Flag(
      name, valueName: valueName, constraint: "each \(bounds)", help: help,
      describe: { $0.map(String.init).joined(separator: ",") },
      parse: { text throws(ValueProblem) in
        try list(text, repeated: "every integer once") { part throws(ValueProblem) in
          guard let value = Int(part), range.contains(value) else {
            throw ValueProblem(expected: "integers from \(bounds), separated by commas", found: part)
          }
          return value
        }
      })
  }
}

extension Flag where Value == Double {
  /// A real number in decimal notation.
  static func real(_ name: String, _ valueName: String = "X", in interval: RealInterval, help: String) -> Flag {
    Flag(
      name, valueName: valueName, constraint: interval.description, help: help,
      describe: { RealInterval.short($0) },
      parse: { text throws(ValueProblem) in
        // Double's own reader also takes "nan", "infinity" and hexadecimal numbers.
        let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
        guard isDecimal, let value = Double(text), interval.contains(value) else {
          throw ValueProblem(expected: "a number \(interval)")
        }
        return value
      })
  }
}

extension Flag where Value == [UInt8] {
  /// The bytes of a text for a model, which need not be UTF-8.
  static func bytes(_ name: String, _ valueName: String = "TEXT", help: String, allowsNone: Bool = true) -> Flag {
    Flag(name, valueName: valueName, help: help, describe: { String(escaping: $0) }) { text throws(ValueProblem) in
      guard allowsNone || !text.isEmpty else { throw ValueProblem(expected: "a text") }
      return Array(text.utf8)
    }
  }
}

extension Flag where Value == String {
  /// The path of a file, of a directory if the value's name is DIR, or one of a few names.
  static func path(
    _ name: String, _ valueName: String = "FILE", or names: [String] = [], help: String
  ) -> Flag {
    let completion: ValueCompletion = valueName == "DIR" ? .directory : .file(or: names)
    return Flag(name, valueName: valueName, help: help, completion: completion, describe: { $0 }) {
      text throws(ValueProblem) in
      guard !text.isEmpty else { throw ValueProblem(expected: "a path") }
      return text
    }
  }

  /// One of a few names.
  static func choice(
    _ name: String, among names: @autoclosure @escaping @Sendable () -> [String], help: String
  ) -> Flag {
    Flag(
      name, valueName: "NAME", constraint: names().joined(separator: ", "), help: help, completion: .one(of: names()),
      describe: { $0 }, parse: { text throws(ValueProblem) in try known(text, among: names()) })
  }
}

extension Flag where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the names of an enumeration; of its former ones the new one is suggested.
  static func choice(
    _ name: String, of type: Value.Type, formerly former: [String: Value] = [:], help: String
  ) -> Flag {
    let names = Value.allCases.map(\.rawValue)
    let renamed = former.mapValues(\.rawValue)
    return Flag(
      name, valueName: "NAME", constraint: names.joined(separator: ", "), help: help, completion: .one(of: names),
      describe: { $0.rawValue },
      parse: { text throws(ValueProblem) in try Value(rawValue: known(text, among: names, formerly: renamed))! })
  }
}

extension Flag {
  /// Some of these values by their names, separated by commas, each at most once.
  static func choices<Choice>(
    _ name: String, among all: [Choice], by named: @escaping @Sendable (Choice) -> String, help: String
  ) -> Flag where Value == [Choice] {
    let names = all.map(named)
    return Flag(
      name, valueName: "NAME,…", constraint: names.joined(separator: ", "), help: help,
      completion: .several(of: names),
      describe: { $0.map(named).joined(separator: ",") },
      parse: { text throws(ValueProblem) in
        let chosen = try list(text, repeated: "every name once") { part throws(ValueProblem) in
          try known(part, among: names)
        }
        return chosen.map { all[names.firstIndex(of: $0)!] }
      })
  }

  static func choices<Choice: RawRepresentable>(
    _ name: String, among all: [Choice], help: String
  ) -> Flag where Value == [Choice], Choice.RawValue == String {
    choices(name, among: all, by: { $0.rawValue }, help: help)
  }
}

extension Flag where Value == Bool {
  /// A switch: a flag without a value, off unless it is given.
  static func toggle(_ name: String, help: String) -> Flag {
    Flag(name, valueName: nil, help: help, describe: { $0 ? "on" : "off" }) { text throws(ValueProblem) in
      switch text {
      case "on": return true
      case "off": return false
      default: throw ValueProblem(expected: "on or off")
      }
    }.defaulting(to: false)
  }
}

extension Flag where Value == KSchedule {
  /// A schedule of k: `constant:N`, or `MODE:MIN:MAX`.
  static func schedule(_ name: String, in range: ClosedRange<Int>, help: String) -> Flag {
    let modes = KSchedule.Mode.allCases.map(\.rawValue)
    let moving = modes.filter { $0 != KSchedule.Mode.constant.rawValue }.joined(separator: ", ")
    return Flag(
      name, valueName: "MODE:MIN:MAX",
      constraint: "\(KSchedule.Mode.constant.rawValue):N, or MODE:MIN:MAX with MODE \(moving)", help: help,
      describe: { "\($0)" },
      parse: { text throws(ValueProblem) in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let mode = KSchedule.Mode(rawValue: parts[0]) else {
          throw ValueProblem(
            expected: "one of the modes \(modes.joined(separator: ", "))", found: parts[0],
            suggestion: NearestName.of(parts[0], among: modes))
        }
        let form = mode == .constant ? "\(mode.rawValue):N" : "\(mode.rawValue):MIN:MAX"
        guard parts.count == (mode == .constant ? 2 : 3) else { throw ValueProblem(expected: form) }
        var integers: [Int] = []
        for part in parts.dropFirst() {
          guard let integer = Int(part), range.contains(integer) else {
            throw ValueProblem(
              expected: "\(form) with integers from \(range.lowerBound) to \(range.upperBound)", found: part)
          }
          integers.append(integer)
        }
        let (least, most) = (integers[0], integers[integers.count - 1])
        guard least <= most else { throw ValueProblem(expected: "\(form) with MIN not above MAX") }
        return KSchedule(mode, least, most)
      })
  }
}

extension Flag where Value == InitialScale {
  /// How large weights begin.
  static func scale(_ name: String, help: String) -> Flag {
    let forms = "release, matched, or a number above 0"
    return Flag(name, valueName: "SCALE", constraint: forms, help: help, describe: { $0.rawValue }) {
      text throws(ValueProblem) in
      guard let scale = InitialScale(rawValue: text) else {
        throw ValueProblem(expected: "\(forms), at most \(InitialScale.largestFactor)")
      }
      return scale
    }
  }
}

extension Flag where Value == Vocabulary.Size {
  /// A number of symbols, or those that occur.
  static func vocabularySize(_ name: String, help: String) -> Flag {
    let range = Vocabulary.wordCounts
    let forms = "\(range.lowerBound) to \(range.upperBound), or \(Value.occurring)"
    return Flag(name, valueName: "N", constraint: forms, help: help, describe: { "\($0)" }) {
      text throws(ValueProblem) in
      guard let size = Value(text) else {
        throw ValueProblem(expected: "an integer from \(forms): the symbols of the text")
      }
      return size
    }
  }
}

/// A name that must be among the known ones.
private func known(
  _ text: String, among names: [String], formerly former: [String: String] = [:]
) throws(ValueProblem) -> String {
  guard !names.contains(text) else { return text }
  throw ValueProblem(
    expected: names.count == 1 ? names[0] : "one of \(names.joined(separator: ", "))", found: text,
    suggestion: former[text] ?? NearestName.of(text, among: names))
}

/// The parts between commas, each once.
private func list<Part: Equatable>(
  _ text: String, repeated: String, _ read: (String) throws(ValueProblem) -> Part
) throws(ValueProblem) -> [Part] {
  var parts: [Part] = []
  for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
    let part = try read(word)
    guard !parts.contains(part) else { throw ValueProblem(expected: repeated, found: word) }
    parts.append(part)
  }
  return parts
}

/// The real numbers that a flag accepts: always bounded, so that infinities are never inside.
struct RealInterval: Sendable, Equatable, CustomStringConvertible {
  let lower: Double
  let upper: Double
  var includesLower = true
  var includesUpper = true

  /// [lower, upper].
  static func from(_ lower: Double, through upper: Double) -> RealInterval { RealInterval(lower: lower, upper: upper) }

  /// [lower, upper).
  static func from(_ lower: Double, below upper: Double) -> RealInterval {
    RealInterval(lower: lower, upper: upper, includesUpper: false)
  }

  /// (lower, upper].
  static func above(_ lower: Double, through upper: Double) -> RealInterval {
    RealInterval(lower: lower, upper: upper, includesLower: false)
  }

  /// NaN is never inside.
  func contains(_ value: Double) -> Bool {
    value.isFinite && (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }

  var description: String {
    "\(includesLower ? "from" : "above") \(RealInterval.short(lower)) \(includesUpper ? "to" : "to below") "
      + RealInterval.short(upper)
  }

  /// The shortest text that reads back as the number, without a needless ".0".
  static func short(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
