import Foundation
import Testing

/// The program at a terminal that util-linux's script(1) makes.
enum Script {
  private static let path = "/usr/bin/script"

  /// Whether there is a script(1) that takes a command; others have other flags.
  static var isThere: Bool {
    #if os(Linux)
      FileManager.default.isExecutableFile(atPath: path)
    #else
      false
    #endif
  }

  /// What a command prints at a terminal, both streams together.
  static func output(of line: String, _ program: Hyperrouter) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    let command = "stty cols 80 rows 40; exec '\(try Hyperrouter.executable().path)' \(line)"
    process.arguments = ["-qec", command, "/dev/null"]
    process.currentDirectoryURL = URL(fileURLWithPath: program.folder.path)
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
