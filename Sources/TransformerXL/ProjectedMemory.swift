import Autograd
import Layers
import MixtureOfExperts
import Tensors

/// What Transformer-XL remembers of one text, as attention reads it: the keys and values of every layer, and the positions.
///
/// Its ``/MixtureOfExperts/HostState`` holds hidden states, because weights change between the segments of training. While they
/// do not change, neither do the projections of what was read: here each symbol is projected once, and W_R R once for all
/// symbols. So reading a symbol costs one symbol's work.
///
/// A memory belongs to the weights that filled it. A symbol read alone sees the last M + T symbols, itself included, as many
/// as the last symbol of a training segment; in a piece of n, the last one does.
struct ProjectedMemory<Scalar: Real>: IncrementalReader {
  private let host: TransformerXLHost<Scalar>
  /// M + T: how many symbols are seen at most.
  let reach: Int
  /// W_k x and W_v x side by side for what each layer's attention read, rows of 2w.
  private var keyValue: [RecentRows<Scalar>]
  /// W_R R of each layer for the distances M + T − 1 … 0, (M + T)×w.
  private let positions: [Tensor<Scalar>]

  /// Begins with nothing read.
  init(of host: TransformerXLHost<Scalar>, workers: Workers) {
    self.host = host
    let reach = host.configuration.memory + host.configuration.segment
    self.reach = reach
    let R = Tape<Scalar>.evaluating(workers: workers).constant(host.positions(keys: reach))
    positions = host.layers.map { $0.sublayers.attention.position(R).value }
    keyValue = positions.map { RecentRows(limit: reach, width: 2 * $0.shape[1]) }
  }

  /// How many symbols are remembered.
  var length: Int { keyValue.first?.count ?? 0 }

  /// Reads n ≤ M + T symbols: what the host gives for a batch of one, without dropout and with the last M + T − n symbols
  /// remembered, but for rounding; n×V.
  mutating func callAsFunction(_ tokens: [Int32], k: Int, workers: Workers) -> Tensor<Scalar> {
    precondition(
      !tokens.isEmpty && tokens.count <= reach, "ProjectedMemory: \(tokens.count) tokens for a memory of \(reach)")
    let tape = Tape<Scalar>.evaluating(workers: workers)
    let (n, d) = (tokens.count, host.configuration.modelWidth)
    var h = host.embedding.embed(tokens, on: tape).reshaped([1, n, d])
    for (level, layer) in host.layers.enumerated() {
      let attention = layer.sublayers.attention
      let x = layer.attentionInput(h)
      keyValue[level].append(attention.keyValue(x).value)
      let keys = keyValue[level].count
      let a = attention.attended(
        query: attention.query(x), keyValue: tape.constant(keyValue[level].rows),
        position: tape.constant(positions[level].sliced(0, reach - keys..<reach)), u: tape(host.u), v: tape(host.v),
        random: nil)
      h = layer.completed(h, attention: a, k: k, random: nil).output
    }
    return host.embedding.logits(h.reshaped([n, d])).value
  }
}
