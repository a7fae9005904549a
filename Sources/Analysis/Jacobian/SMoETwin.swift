import MixtureOfExperts
import Tensors

extension MoELayer<Double> {
  /// The same mixture, experts shared, with a router that trains W_r and b_r themselves, from what they are now: what SMoE
  /// would learn where another router is.
  var smoeTwin: MoELayer {
    MoELayer(router: SMoERouter("twin", startingFrom: router), gate: gate, experts: experts)
  }
}
