import Foundation
import RunFiles
import Training

if let problem = ProcessLimit.allCases.lazy.compactMap(\.problem).first {
  // Before anything is opened, or a thread begun.
  try? StandardStream.error.write("hyperrouter: \(problem)\n")
  exit(ExitStatus.failure.rawValue)
}

let interruption = Interruption()
let program = Program.hyperrouter(interruption, SystemFiles())
interruption.watch(program: program.name)
exit(program.run(on: .standard()))
