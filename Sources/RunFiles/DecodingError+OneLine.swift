extension DecodingError {
  /// The key that is wrong and what is wrong with it.
  var inOneLine: String {
    func at(_ context: Context, _ problem: String) -> String {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? problem : "\(path): \(problem)"
    }
    switch self {
    case .keyNotFound(let key, let context): return at(context, "found no key \"\(key.stringValue)\"")
    case .typeMismatch(let type, let context): return at(context, "expected a value of type \(type)")
    case .valueNotFound(let type, let context): return at(context, "found null, expected a value of type \(type)")
    case .dataCorrupted(let context):
      // A number that no integer holds is reported without its key.
      let isWhole = context.codingPath.isEmpty
      return at(
        context, isWhole ? "found no valid JSON, or a number that does not fit" : "found a value that is not accepted")
    @unknown default: return "cannot be read as JSON"
    }
  }
}
