import Foundation
import RunFiles

let interruption = Interruption()
let program = Program.hyperrouter(interruption, SystemFiles())
interruption.watch(program: program.name)
exit(program.run(on: .standard()))
