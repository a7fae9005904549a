import Autograd
import Layers
import MixtureOfExperts
import Tensors
import Training

// A mixture of four experts with a HyperRouter learns the absolute values of 64 random tokens.
let initializer = Initializer<Float>(seed: 1)
let mixture = MoELayer(
  router: HyperRouter("router", RouterSizes(width: 8, experts: 4), initializer: initializer), gate: .softmaxThenTopK,
  experts: Experts("experts", experts: 4, width: 8, hidden: 16, dropout: 0, initializer: initializer))
var random = Random(seed: 2)
let tokens = Tensor<Float>.normal([64, 8], standardDeviation: 1, random: &random)
let targets = Tensor<Float>([64, 8], tokens.scalars.map { abs($0) })
var optimiser = Adam<Float>()

for step in 0...300 {
  let recording = TrainingTape<Float>()
  let y = mixture(recording.tape.constant(tokens), k: 2, random: nil).output
  let error = y - recording.tape.constant(targets)
  let loss = 1 / 512 * sum(error * error)
  let gradients = recording.gradients(of: loss)
  optimiser.update(
    mixture.parameters, gradients, norm: gradients.norm(), learningRate: 1e-2, clip: 1)
  if step % 100 == 0 { print("step \(step): mean squared error \(loss.value.scalars[0])") }
}
