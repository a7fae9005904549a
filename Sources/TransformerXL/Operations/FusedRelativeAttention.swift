import Autograd
import Kernels
import Tensors

/// Multi-head attention over relative positions (Dai and others, 2019, section 3.3), all heads at once.
///
///     forward    A_ij = ((q_i + u)·k_j + (q_i + v)·r_{i→j}) / √d_h for j ≤ i + M′,  P = dropout(softmax_j(A)),  o = P V
///     backward   as listed at ``/Kernels/RelativeAttentionKernel/backward(_:probabilities:dO:workers:)``
///
/// The fast form of ``relativeAttentionDefinition(query:keyValue:position:u:v:heads:dropout:)``: the shift and the mask
/// happen inside, and masked blocks are skipped.
///
/// Runs `RelativeAttentionKernel.forward`, `.backward`; definition: `AttentionCase.swift`.
///
/// - Parameters:
///   - query: q, B×T×w with w = H·d_h.
///   - keyValue: k and v side by side, B×K×2w, K = M′ + T.
///   - position: r, K×w; row ρ belongs to distance K−1−ρ.
///   - u: Content bias, of length w.
///   - v: Position bias, of length w.
///   - dropout: Rate and key of attention dropout; nil for none.
/// - Returns: o, B×T×w.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
public func relativeAttention<Scalar: Real>(
  query: Variable<Scalar>, keyValue: Variable<Scalar>, position: Variable<Scalar>, u: Variable<Scalar>,
  v: Variable<Scalar>, heads: Int, dropout: (rate: Scalar, key: UInt64)? = nil
) -> Variable<Scalar> {
  checkAttentionShapes(query, keyValue, position, u, v, heads)
  let (batch, queries, width) = (query.shape[0], query.shape[1], query.shape[2])
  let keys = keyValue.shape[1]
  let workers = query.tape.workers
  let places = [query, keyValue, position, u, v].map(Place.init)
  let (qValue, kvValue, rValue, uValue, vValue) = (
    query.value.contiguous(), keyValue.value.contiguous(), position.value.contiguous(), u.value, v.value
  )
  let withKernel: @Sendable ((RelativeAttentionKernel<Scalar>) -> Void) -> Void = { body in
    withPointers(qValue, kvValue, rValue, uValue, vValue) { q, kv, r, u, v in
      body(
        RelativeAttentionKernel(
          batch: batch, queries: queries, keys: keys, heads: heads, headWidth: width / heads, q: q, kv: kv, r: r,
          u: u, v: v, dropout: dropout))
    }
  }
  let isRecording = query.tape.isRecording
  let results = Tensor<Scalar>.tensors(
    [[batch, queries, width], isRecording ? [batch, heads, queries, keys] : [0]]
  ) { results in
    withKernel { $0.forward(o: results[0], probabilities: isRecording ? results[1] : nil, workers: workers) }
  }
  let (output, probabilities) = (results[0], results[1])
  return query.tape.record(output, from: query, keyValue, position, u, v) { dO, gradients in
    let parts = Tensor<Scalar>.tensors(places.map(\.shape)) { pointers in
      let targets = RelativeAttentionKernel<Scalar>.Gradients(
        dq: pointers[0], dkv: pointers[1], dr: pointers[2], du: pointers[3], dv: pointers[4])
      withPointers(probabilities, dO) { probabilities, dO in
        withKernel { $0.backward(targets, probabilities: probabilities, dO: dO, workers: workers) }
      }
    }
    for (part, place) in zip(parts, places) { gradients.add(part, to: place) }
  }
}

func checkAttentionShapes<Scalar: Real>(
  _ query: Variable<Scalar>, _ keyValue: Variable<Scalar>, _ position: Variable<Scalar>, _ u: Variable<Scalar>,
  _ v: Variable<Scalar>, _ heads: Int
) {
  let width = query.shape[-1]
  let keys = keyValue.shape[-2]
  precondition(
    query.shape.rank == 3 && keyValue.shape == [query.shape[0], keys, 2 * width] && position.shape == [keys, width]
      && u.shape == [width] && v.shape == [width] && keys >= query.shape[1] && width % heads == 0,
    "relativeAttention: query \(query.shape), keyValue \(keyValue.shape), position \(position.shape), u \(u.shape), "
      + "v \(v.shape), \(heads) heads")
}
