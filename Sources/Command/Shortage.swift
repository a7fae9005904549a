import Foundation

/// Says that a number of bytes is more than this machine's memory holds.
///
/// - Parameter bytes: An estimate of what is needed.
/// - Returns: What was found and what was expected, or nil if there is enough.
func shortage(of bytes: Double) -> String? {
  let available = Double(ProcessInfo.processInfo.physicalMemory)
  guard bytes > available else { return nil }
  return String(
    format: "found sizes that take about %.0f GB, expected at most this machine's %.0f GB", bytes / 1e9,
    available / 1e9)
}
