import Experiments
import Foundation

@testable import Command
@testable import RunFiles

extension RouterResult {
  /// A result with these bits at k = 1, 2, 4, …, and nothing else that matters.
  static func sample(
    _ variant: String, seed: UInt64, test: [Double], validation: [Double]? = nil, router: String = "smoe"
  ) throws -> RouterResult {
    func evaluations(_ bits: [Double]) -> String {
      bits.enumerated().map { index, bits in
        #"{"k":\#(1 << index),"loss":\#(bits * M_LN2),"symbols":9,"entropy_nats_per_layer":[1],"load_per_layer":[[1]]}"#
      }.joined(separator: ",")
    }
    let chosen = validation ?? test
    let best = 1 << (chosen.firstIndex(of: chosen.min() ?? 0) ?? 0)
    let text =
      #"{"router":"\#(router)","variant":"\#(variant)","seed":\#(seed),"evaluation":[\#(evaluations(chosen))],"#
      + #""test":[\#(evaluations(test))],"best_k":\#(best),"common_k":2,"last_k":2,"#
      + #""multiply_adds_per_token":\#(test.indices.map { 1e6 * Double(1 << $0) }),"mixtures":[],"policies":[],"#
      + #""routing_tables":[],"course":[],"entropy_nats_per_layer":[1],"trainable_routing_parameters":1,"#
      + #""parameters":9,"tokens_per_second":1,"seconds":1,"timed_steps":1,"k_schedule":"constant:2"}"#
    return try JSON.decode(RouterResult.self, from: Data(text.utf8))
  }
}
