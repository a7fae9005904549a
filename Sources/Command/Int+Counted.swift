extension Int {
  /// "1 run" or "3 runs".
  func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
