import Autograd
import Tensors

/// Relative attention put together from elementary operations: what ``relativeAttention(query:keyValue:position:u:v:heads:dropout:)``
/// must equal, and the form to read beside the paper.
///
/// Equation [attention] in NOTES.md.
///
/// Runs elementary operations, not in training; definition: `AttentionCase.swift`.
///
/// - Parameters:
///   - query: q, B×T×w with w = H·d_h.
///   - keyValue: k and v side by side, B×K×2w.
///   - position: r, K×w.
///   - u: Content bias, of length w.
///   - v: Position bias, of length w.
///   - rateAndKey: Rate and key of attention dropout; nil for none.
/// - Returns: o, B×T×w.
public func relativeAttentionDefinition<Scalar: Real>(
  query: Variable<Scalar>, keyValue: Variable<Scalar>, position: Variable<Scalar>, u: Variable<Scalar>,
  v: Variable<Scalar>, heads: Int, dropout rateAndKey: (rate: Scalar, key: UInt64)? = nil
) -> Variable<Scalar> {
  checkAttentionShapes(query, keyValue, position, u, v, heads)
  let (batch, queries, width) = (query.shape[0], query.shape[1], query.shape[2])
  let keys = keyValue.shape[1]
  let headWidth = width / heads

  /// B×n×w → B×H×n×d_h
  func byHead(_ x: Variable<Scalar>) -> Variable<Scalar> {
    x.reshaped([x.shape[0], x.shape[1], heads, headWidth]).transposed(1, 2)
  }
  let k = byHead(keyValue.sliced(-1, 0..<width))
  let value = byHead(keyValue.sliced(-1, width..<2 * width))
  // The same positions for every sequence: adding zeros of the right shape repeats them.
  let r = byHead(position.reshaped([1, keys, width]) + query.tape.constant(.zeros([batch, keys, width])))

  let AC = matmul(byHead(query + u), k.transposed(-1, -2))
  let BD = relativeShift(matmul(byHead(query + v), r.transposed(-1, -2)))
  let A = (1 / Scalar(headWidth).squareRoot()) * (AC + BD)
  var P = softmax(causalMask(A))
  if let (rate, key) = rateAndKey { P = dropout(P, rate: rate, key: key) }
  return matmul(P, value).transposed(1, 2).reshaped([batch, queries, width])
}
