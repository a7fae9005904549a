/// Where LayerNorm stands in a decoder layer.
public enum NormPlacement: String, CaseIterable, Codable, Sendable {
  /// After the residual sum: h ← LN(h + F(h)).
  case post
  /// Before the sublayer: h ← h + F(LN(h)).
  case pre
}
