import CommandLineInterface
import Foundation

exit(Program.hyperrouter.run(on: .standard()))
