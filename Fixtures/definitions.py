"""The model of the paper written as its definitions, one scalar or one vector at a time, in double precision.

Nothing here is meant to be fast: every score, every expert of every token is computed where the formula names it, so
that this code can be checked against the formulas by eye. Vectors are one-dimensional torch tensors; derivatives come
from torch's autograd.

Shapes: B batch, T segment, M' memory present, d model width, H heads, d_h head width, w = H·d_h, N experts, k chosen,
f expert width, V vocabulary, m embedding width, s hypernetwork width. Activations are batch first.
"""

import math
from dataclasses import dataclass, field

import torch


@dataclass(frozen=True)
class Configuration:
    layers: int = 2
    modelWidth: int = 6
    heads: int = 2
    headWidth: int = 4
    expertWidth: int = 5
    experts: int = 4
    topK: int = 2
    segment: int = 5
    memory: int = 7
    batch: int = 2
    vocabulary: int = 11
    router: str = "smoe"  # smoe | smoe-dropout | hyperrouter | dense
    gateOrder: str = "softmax-topk"  # softmax-topk | topk-softmax
    norm: str = "post"  # post | pre
    embeddingWidth: int = 3
    hypernetworkWidth: int = 7
    denseWidth: int = 20


@dataclass
class Trace:
    """What one segment leaves behind, and how far its decisions were from flipping."""

    logits: torch.Tensor = None
    loss: torch.Tensor = None
    hidden: list = field(default_factory=list)  # L+1 of B×T×d
    attention: list = field(default_factory=list)  # per layer B×T×d, after W_O, before the residual
    probabilities: list = field(default_factory=list)  # per layer (B·T)×N, softmax over all experts
    selected: list = field(default_factory=list)  # per layer (B·T)×k, descending logit
    gates: list = field(default_factory=list)  # per layer (B·T)×k
    generated: list = field(default_factory=list)  # hyperrouter only, per layer N×(d+1)
    selectionMargin: float = math.inf  # smallest gap between neighbours among the k+1 largest logits
    reluMargin: float = math.inf  # smallest |argument| of a ReLU


def softmax(x):
    e = [torch.exp(value - x.max()) for value in x]
    total = sum(e)
    return torch.stack([value / total for value in e])


def layer_norm(x, gain, bias, epsilon=1e-5):
    mean = sum(x) / len(x)
    variance = sum((value - mean) ** 2 for value in x) / len(x)
    return gain * (x - mean) / torch.sqrt(variance + epsilon) + bias


def position(distance, d):
    """R_p: all sines, then all cosines, of p·ω_i with ω_i = 10000^(−2i/d)."""
    angles = [distance * 10000.0 ** (-2.0 * i / d) for i in range(d // 2)]
    return torch.tensor([math.sin(a) for a in angles] + [math.cos(a) for a in angles], dtype=torch.float64)


def relative_attention(q, k, v, r_at, u, v_b, d_h, M):
    """Softmax-weighted values of one head of one sequence: query i stands at i + M and sees keys j ≤ i + M.

    `r_at(p)` is the projected position of distance p for this head.
    """
    rows = []
    for i in range(len(q)):
        visible = range(i + M + 1)
        scores = [(torch.dot(q[i] + u, k[j]) + torch.dot(q[i] + v_b, r_at(i + M - j))) / math.sqrt(d_h) for j in visible]
        P = softmax(torch.stack(scores))
        rows.append(sum(P[j] * v[j] for j in visible))
    return torch.stack(rows)


def attention_layer(current, memory, parameters, name, u, v_b, c):
    """o for one sequence: T×d from the (already normalised, if pre-LN) T×d current rows and M'×d memory rows."""
    w, d_h, M = c.heads * c.headWidth, c.headWidth, len(memory)
    W_q, W_kv, W_R, W_O = (parameters[f"{name}.{part}.weight"] for part in ("query", "keyValue", "position", "output"))
    context = list(memory) + list(current)
    q = [W_q @ row for row in current]
    k = [W_kv[:w] @ row for row in context]
    v = [W_kv[w:] @ row for row in context]
    r = [W_R @ position(distance, c.modelWidth) for distance in range(len(context))]
    columns = []
    for h in range(c.heads):
        a = slice(h * d_h, (h + 1) * d_h)
        columns.append(
            relative_attention(
                [x[a] for x in q], [x[a] for x in k], [x[a] for x in v], lambda p: r[p][a], u[a], v_b[a], d_h, M))
    return torch.stack([W_O @ row for row in torch.cat(columns, dim=1)])


def router_rows(parameters, name, c, trace):
    """(W_r, b_r) of one layer."""
    if c.router != "hyperrouter":
        return parameters[f"{name}.router.weight"], parameters[f"{name}.router.bias"]
    p = {part: parameters[f"{name}.router.{part}"] for part in
         ("embedding", "hypernetwork.weight1", "hypernetwork.bias1", "hypernetwork.weight2", "hypernetwork.bias2")}
    before = p["hypernetwork.weight1"] @ p["embedding"] + p["hypernetwork.bias1"]
    trace.reluMargin = min(trace.reluMargin, before.abs().min().item())
    o = p["hypernetwork.weight2"] @ torch.relu(before) + p["hypernetwork.bias2"]
    rows = [o[j * (c.modelWidth + 1):(j + 1) * (c.modelWidth + 1)] for j in range(c.experts)]
    trace.generated.append(torch.stack(rows).detach())
    return torch.stack([row[:-1] for row in rows]), torch.stack([row[-1] for row in rows])


def two_layers(h, W1, b1, W2, b2, trace):
    before = W1 @ h + b1
    trace.reluMargin = min(trace.reluMargin, before.abs().min().item())
    return W2 @ torch.relu(before) + b2


def mixture(tokens, parameters, name, c, trace):
    """y for every token of a list."""
    W_r, b_r = router_rows(parameters, name, c, trace)
    weights = [parameters[f"{name}.experts.{part}"] for part in ("weight1", "bias1", "weight2", "bias2")]
    outputs, all_s, all_selected, all_gates = [], [], [], []
    for h in tokens:
        logits = torch.stack([torch.dot(W_r[j], h) + b_r[j] for j in range(c.experts)])
        order = sorted(range(c.experts), key=lambda j: (-logits[j].item(), j))
        chosen, s = order[:c.topK], softmax(logits)
        for upper, lower in zip(order[:c.topK], order[1:]):
            trace.selectionMargin = min(trace.selectionMargin, (logits[upper] - logits[lower]).item())
        if c.gateOrder == "softmax-topk":
            gates = [s[i] for i in chosen]
        else:
            gates = list(softmax(torch.stack([logits[i] for i in chosen])))
        outputs.append(sum(g * two_layers(h, *(w[i] for w in weights), trace) for g, i in zip(gates, chosen)))
        all_s.append(s.detach())
        all_selected.append(torch.tensor(chosen))
        all_gates.append(torch.stack(gates).detach())
    trace.probabilities.append(torch.stack(all_s))
    trace.selected.append(torch.stack(all_selected))
    trace.gates.append(torch.stack(all_gates))
    return outputs


def feed_forward(tokens, parameters, name, c, trace):
    if c.router != "dense":
        return mixture(tokens, parameters, name, c, trace)
    weights = [parameters[f"{name}.dense.{part}"] for part in ("weight1", "bias1", "weight2", "bias2")]
    return [two_layers(h, *weights, trace) for h in tokens]


def language_model(inputs, targets, memory, parameters, c):
    """One segment: inputs and targets B×T, memory L+1 levels of B×M'×d. Returns its trace."""
    trace = Trace()
    B, T, d = *inputs.shape, c.modelWidth
    embedding, u, v_b = parameters["embedding.weight"], parameters["relative.u"], parameters["relative.v"]
    hidden = [[math.sqrt(d) * embedding[inputs[b, t]] for t in range(T)] for b in range(B)]
    trace.hidden.append(torch.stack([torch.stack(row) for row in hidden]))
    for l in range(c.layers):
        def norm(x, half):
            return layer_norm(x, parameters[f"layers.{l}.{half}.norm.gain"], parameters[f"layers.{l}.{half}.norm.bias"])

        pre = c.norm == "pre"
        attended = []
        for b in range(B):
            past = [row.detach() for row in memory[l][b]]
            seen = [norm(x, "attention") for x in hidden[b]] if pre else hidden[b]
            remembered = [norm(x, "attention") for x in past] if pre else past
            o = attention_layer(seen, remembered, parameters, f"layers.{l}.attention", u, v_b, c)
            attended.append(o)
            hidden[b] = [h + o[t] if pre else norm(h + o[t], "attention") for t, h in enumerate(hidden[b])]
        trace.attention.append(torch.stack(attended))
        tokens = [x for row in hidden for x in row]
        y = feed_forward([norm(x, "feedForward") for x in tokens] if pre else tokens,
                         parameters, f"layers.{l}.feedForward", c, trace)
        tokens = [h + z if pre else norm(h + z, "feedForward") for h, z in zip(tokens, y)]
        hidden = [tokens[b * T:(b + 1) * T] for b in range(B)]
        trace.hidden.append(torch.stack([torch.stack(row) for row in hidden]))
    logits = [[torch.stack([torch.dot(h, embedding[w]) for w in range(c.vocabulary)]) + parameters["output.bias"]
               for h in row] for row in hidden]
    trace.logits = torch.stack([torch.stack(row) for row in logits])
    losses = [-torch.log(softmax(logits[b][t])[targets[b, t]]) for b in range(B) for t in range(T)]
    trace.loss = sum(losses) / len(losses)
    return trace


def next_memory(memory, hidden, M):
    """Per level the last M rows of [memory ; hidden], which may be fewer."""
    joined = [torch.cat([old, new.detach()], dim=1) for old, new in zip(memory, hidden)]
    return [level[:, max(0, level.shape[1] - M):] for level in joined]
