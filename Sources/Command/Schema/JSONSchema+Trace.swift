import Experiments

extension JSONSchema {
  /// One token through one mixture and back: the letters of NOTES.md, experts counted from 0, matrices as lists of rows.
  static let trace = [
    Object(
      "trace", "trace --json",
      [
        Field("subject", .object("trace_subject"), "the token and the model"),
        Field("routers", .list(.object("token_trace")), "one for each router"),
      ]),
    Object(
      "trace_subject", "what was traced",
      [
        Field("text", .string, "what was read"), Field("token", .integer, "its place in the text"),
        Field("symbol", .string, "the token"), Field("next_symbol", .string, "what it is to predict"),
        Field("layer", .integer, "counted from 0"), Field("layers", .integer, "L"), Field("model_width", .integer, "d"),
        Field("expert_width", .integer, "f"), Field("experts", .integer, "N"), Field("top_k", .integer, "k"),
        Field("gate_order", .string, "softmax-topk or topk-softmax"), Field("vocabulary", .integer, "V"),
        Field("checkpoint", .orNull(.string), "the stored run's directory"),
        Field("seed", .orNull(.integer), "of random weights; null for a stored run"),
        Field("step", .orNull(.integer), "of a stored run"),
      ]),
    Object(
      "token_trace", "one router",
      [
        Field("router", .string, "what routes"), Field("origin", .string, "where W_r and b_r come from"),
        Field("generation", .orNull(.object("trace_generation")), "from e to z; null where W_r is not generated"),
        Field("forward", .object("trace_forward"), "from h to y"),
        Field("prediction", .object("trace_prediction"), "from y to the loss"),
        Field("backward", .object("trace_backward"), "from the loss to h and to (W_r | b_r)"),
        Field("tensors", .list(.object("trace_tensor")), "of the router"),
        Field("embedding_gradient", .orNull(.list(.list(.number))), "∂L/∂e"),
        Field("step", .object("trace_step"), "what one step of Adam does"),
      ]),
    Object(
      "trace_generation", "from e to 𝓗's hidden units",
      [
        Field("e", .list(.list(.number)), "one row, or one for each expert"),
        Field("z", .list(.list(.list(.number))), "of each hidden layer"),
      ]),
    Object(
      "trace_forward", "from h to y",
      [
        Field("w_r", .list(.list(.number)), "N×d"), Field("b_r", .list(.number), "N"), Field("h", .list(.number), "d"),
        Field("logits", .list(.number), "x, N"), Field("s", .list(.number), "softmax(x), N"),
        Field("chosen", .list(.integer), "𝒯, k experts"), Field("g", .list(.number), "weights of the chosen ones"),
        Field("outputs", .list(.list(.number)), "E_i(h) of the chosen ones"), Field("y", .list(.number), "d"),
      ]),
    Object(
      "trace_prediction", "the next symbol",
      [
        Field("target", .integer, "its number"), Field("probability", .number, "given to it"),
        Field("loss", .number, "L, nats"),
      ]),
    Object(
      "trace_backward", "from the loss back",
      [
        Field("u", .list(.number), "∂L/∂y, d"), Field("products", .list(.number), "⟨E_i, u⟩ of the chosen experts"),
        Field("c", .list(.number), "∂L/∂x, N"), Field("j1_u", .list(.number), "J₁ᵀu, d"),
        Field("j2_u", .list(.number), "J₂ᵀu, d"), Field("dw_r", .list(.list(.number)), "∂L/∂W_r"),
        Field("db_r", .list(.number), "∂L/∂b_r"),
      ]),
    Object(
      "trace_tensor", "a tensor of the router",
      [
        Field("name", .string, "as in checkpoints"), Field("shape", .list(.integer), "its sizes"),
        Field("gradient_norm", .orNull(.number), "null where no gradient arrives"),
      ]),
    Object(
      "trace_step", "one step of Adam",
      [
        Field("learning_rate", .number, "η"), Field("gradient_norm", .number, "of all weights"),
        Field("clip", .number, "the largest norm let through"),
        Field("de", .orNull(.list(.list(.number))), "the change of e"),
        Field("dw_r", .list(.list(.number)), "that of W_r"),
        Field("db_r", .list(.number), "that of b_r"), Field("distance", .number, "|ΔW_r|"),
        Field("distance_if_trained", .number, "if W_r were trained itself"),
        Field("cosine_if_trained", .orNull(.number), "of the two changes"),
        Field("plain_cosine_if_trained", .orNull(.number), "of plain gradient steps"),
        Field("unrelated_cosine", .orNull(.number), "for a gradient that knows nothing of 𝓗"),
      ]),
  ]
}
