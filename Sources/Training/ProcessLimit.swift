import Foundation

/// What the system lets this process have: without enough of it, the standard library ends the process by a trap or waits for ever.
public enum ProcessLimit: CaseIterable, Sendable {
  /// `ulimit -n`.
  case openFiles
  /// `ulimit -s`, in bytes.
  case stack
  /// `ulimit -v`, in bytes.
  case addressSpace

  /// The limit; the largest number where there is none.
  public var value: UInt64 {
    let resource =
      switch self {
      case .openFiles: RLIMIT_NOFILE
      case .stack: RLIMIT_STACK
      case .addressSpace: RLIMIT_AS
      }
    var limit = rlimit()
    #if canImport(Darwin)
      let code = getrlimit(resource, &limit)
    #else
      let code = getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    #endif
    return code == 0 ? UInt64(limit.rlim_cur) : .max
  }

  /// The least with which anything can be done, measured with the smallest preset and doubled.
  public var needed: UInt64 {
    switch self {
    case .openFiles: 16
    case .stack: 256 << 10
    case .addressSpace: 256 << 20
    }
  }

  /// "found a limit of 4 open files, expected at least 16"; nil if there is enough.
  public var problem: String? {
    let found = value
    guard found < needed else { return nil }
    let what =
      switch self {
      case .openFiles: "open files"
      case .stack: "bytes of stack"
      case .addressSpace: "bytes of memory"
      }
    return "found a limit of \(found) \(what), expected at least \(needed)"
  }
}
