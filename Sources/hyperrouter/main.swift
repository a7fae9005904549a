import CommandLineInterface
import RunFiles
import Foundation

let interruption = Interruption()
let program = Program.hyperrouter(interruption, SystemFiles())
interruption.watch(program: program.name)
exit(program.run(on: .standard()))
