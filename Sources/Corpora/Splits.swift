/// The part of a text that a model learns from, is selected by, or is finally measured on.
public enum SplitName: String, CaseIterable, Codable, Sendable {
  /// The first 90 %: what a model learns from.
  case train
  /// The next 5 %: what choices are made by.
  case validation
  /// The last 5 %: what is reported.
  case test
}

/// One value for each split.
public struct Splits<Value> {
  /// That of the training split.
  public var train: Value
  /// That of the validation split.
  public var validation: Value
  /// That of the test split.
  public var test: Value

  /// Creates three values.
  public init(train: Value, validation: Value, test: Value) {
    (self.train, self.validation, self.test) = (train, validation, test)
  }

  /// Creates three equal values.
  public init(all value: Value) { self.init(train: value, validation: value, test: value) }

  /// The three values in order.
  var all: [Value] { [train, validation, test] }

  /// The value for a split given by its name.
  public subscript(name: SplitName) -> Value {
    get {
      switch name {
      case .train: train
      case .validation: validation
      case .test: test
      }
    }
    set {
      switch name {
      case .train: train = newValue
      case .validation: validation = newValue
      case .test: test = newValue
      }
    }
  }

  /// The values transformed one by one.
  public func map<Result>(_ transform: (Value) throws -> Result) rethrows -> Splits<Result> {
    Splits<Result>(train: try transform(train), validation: try transform(validation), test: try transform(test))
  }
}

extension Splits: Sendable where Value: Sendable {}
extension Splits: Equatable where Value: Equatable {}

extension Splits<Range<Int>> {
  /// Cuts symbols in file order: the first 90 %, the next 5 %, the rest, with both cuts rounded down.
  ///
  /// A file of 100,000,000 bytes (enwik8) gives the customary 90, 5 and 5 million.
  public init(ofSymbols count: Int) {
    // ⌊count · percent / 100⌋ without overflow.
    func cut(_ percent: Int) -> Int { count / 100 * percent + count % 100 * percent / 100 }
    self.init(train: 0..<cut(90), validation: cut(90)..<cut(95), test: cut(95)..<count)
  }
}

extension Splits<Int> {
  /// The smallest number of symbols whose splits all have at least these sizes.
  func smallestWhole() -> Int {
    var count = max(train / 9 * 10, max(validation, test) * 20 - 20)
    while true {
      let sizes = Splits<Range<Int>>(ofSymbols: count).map(\.count)
      if sizes.train >= train && sizes.validation >= validation && sizes.test >= test { return count }
      count += 1
    }
  }
}
