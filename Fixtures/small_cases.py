"""Golden values of single operations, of the optimiser and of the position table.

Each value is computed from its definition and asserted to agree with torch's own implementation where there is one.
"""

import math

import torch
import torch.nn.functional as F

import definitions as D


def normal(g, *shape, scale=1.0, mean=0.0):
    return mean + scale * torch.randn(*shape, generator=g, dtype=torch.float64)


def agree(a, b, bound=1e-12):
    assert a.shape == b.shape and (a - b).abs().max() < bound, (a, b)


def record(out, name, inputs, function, g, builtin=None):
    """Inputs, output, a random upstream gradient and the gradients it gives every input."""
    live = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    assert "output" not in inputs and "upstream" not in inputs, name
    output = function(**live)
    if builtin is not None:
        agree(output, builtin(**live))
    upstream = normal(g, *output.shape)
    gradients = torch.autograd.grad(output, list(live.values()), upstream)
    out |= {f"{name}.{key}": value for key, value in inputs.items()}
    out |= {f"{name}.output": output, f"{name}.upstream": upstream}
    out |= {f"{name}.gradient.{key}": value for key, value in zip(live, gradients)}


def by_rows(function):
    return lambda input, **rest: torch.stack(
        [function(row, **rest) for row in input.reshape(-1, input.shape[-1])]).reshape(input.shape)


def log_softmax(x):
    shifted = x - x.max()
    return shifted - torch.log(sum(torch.exp(value) for value in shifted))


def core_attention(query, keyValue, position, u, v, heads, width):
    """B×T×w from query B×T×w, keyValue B×K×2w, position K×w whose rows are the distances K−1 … 0."""
    (B, T, w), K = query.shape, keyValue.shape[1]
    result = []
    for b in range(B):
        columns = []
        for h in range(heads):
            a = slice(h * width, (h + 1) * width)
            columns.append(D.relative_attention(
                query[b][:, a], keyValue[b][:, :w][:, a], keyValue[b][:, w:][:, a],
                lambda p: position[K - 1 - p][a], u[a], v[a], width, K - T))
        result.append(torch.cat(columns, dim=1))
    return torch.stack(result)


def operations(g):
    out = {}
    x = normal(g, 4, 7)
    x[1] *= 30  # nearly one-hot
    x[2] += 700  # overflows without the usual shift
    record(out, "softmax", {"input": x}, by_rows(D.softmax), g, lambda input: F.softmax(input, dim=-1))
    record(out, "logSoftmax", {"input": x}, by_rows(log_softmax), g, lambda input: F.log_softmax(input, dim=-1))

    x = normal(g, 2, 3, 6)
    x[0, 1] = 0.5  # no variance: only epsilon is left
    x[1, 2] += 100
    record(out, "layerNorm", {"input": x, "gain": normal(g, 6, scale=0.3, mean=1.0), "bias": normal(g, 6)},
           by_rows(D.layer_norm), g, lambda input, gain, bias: F.layer_norm(input, (6,), gain, bias, 1e-5))

    for name, M in [("relativeAttention", 3), ("relativeAttentionWithoutMemory", 0)]:
        B, T, H, w = 2, 4, 2, 8
        record(out, name, {"query": normal(g, B, T, w), "keyValue": normal(g, B, M + T, 2 * w),
                           "position": normal(g, M + T, w), "u": normal(g, w), "v": normal(g, w)},
               lambda **inputs: core_attention(**inputs, heads=H, width=w // H), g)

    c = D.Configuration()
    memory, w, d = normal(g, 2, 3, 6), 8, 6

    def layer(current, queryWeight, keyValueWeight, positionWeight, outputWeight, u, v):
        parameters = {"a.query.weight": queryWeight, "a.keyValue.weight": keyValueWeight,
                      "a.position.weight": positionWeight, "a.output.weight": outputWeight}
        return torch.stack([D.attention_layer(list(x), list(m), parameters, "a", u, v, c)
                            for x, m in zip(current, memory)])

    record(out, "relativeAttentionLayer",
           {"current": normal(g, 2, 4, d), "queryWeight": normal(g, w, d, scale=0.3),
            "keyValueWeight": normal(g, 2 * w, d, scale=0.3), "positionWeight": normal(g, w, d, scale=0.3),
            "outputWeight": normal(g, d, w, scale=0.3), "u": normal(g, w), "v": normal(g, w)}, layer, g)
    out["relativeAttentionLayer.memory"] = memory

    targets = torch.tensor([0, 10, 3, 3, 7, 1])
    record(out, "crossEntropy", {"logits": normal(g, 6, 11, scale=2.0)},
           lambda logits: -sum(log_softmax(row)[t] for row, t in zip(logits, targets)).reshape(1) / 6, g,
           lambda logits: F.cross_entropy(logits, targets).reshape(1))
    out["crossEntropy.targets"] = targets
    return out


def adam(g):
    """Five steps twice: clipping by min(1, c/‖g‖), and (`torch.` names) by torch's min(1, c/(‖g‖ + 1e-6))."""
    clip, beta1, beta2, epsilon = 0.25, 0.9, 0.999, 1e-8
    rates = [1e-3, 2e-3, 1.5e-3, 1e-3, 5e-4]
    start = {"a": normal(g, 3, 4), "b": normal(g, 5)}
    out = {f"start.{n}": v for n, v in start.items()} | {"learningRates": torch.tensor(rates, dtype=torch.float64)}
    scales = [1.0, 0.02, 0.3, 0.03, 2.0]
    gradients = [{n: scale * normal(g, *v.shape) for n, v in start.items()} for scale in scales]
    clipped = [sum((v ** 2).sum() for v in step.values()).sqrt() > clip for step in gradients]
    assert any(clipped) and not all(clipped), clipped

    for prefix, offset in [("", 0.0), ("torch.", 1e-6)]:
        x = {n: v.clone() for n, v in start.items()}
        m = {n: torch.zeros_like(v) for n, v in start.items()}
        s = {n: torch.zeros_like(v) for n, v in start.items()}
        theirs = {n: torch.nn.Parameter(v.clone()) for n, v in start.items()}
        optimizer = torch.optim.Adam(theirs.values(), lr=1.0, betas=(beta1, beta2), eps=epsilon)
        for t, (rate, step) in enumerate(zip(rates, gradients), start=1):
            norm = math.sqrt(sum((value ** 2).item() for v in step.values() for value in v.flatten()))
            factor = min(1.0, clip / (norm + offset))
            for n in x:
                gradient = factor * step[n]
                m[n] = beta1 * m[n] + (1 - beta1) * gradient
                s[n] = beta2 * s[n] + (1 - beta2) * gradient ** 2
                x[n] = x[n] - rate * (m[n] / (1 - beta1 ** t)) / (torch.sqrt(s[n] / (1 - beta2 ** t)) + epsilon)
                theirs[n].grad = step[n].clone() if offset else gradient.clone()
            if offset:
                torch.nn.utils.clip_grad_norm_(theirs.values(), clip)
            optimizer.param_groups[0]["lr"] = rate
            optimizer.step()
            for n in x:
                agree(x[n], theirs[n].detach(), 1e-14)
                out[f"{prefix}step.{t}.{n}"] = x[n].clone()
                out[f"{prefix}step.{t}.firstMoment.{n}"] = m[n].clone()
                out[f"{prefix}step.{t}.secondMoment.{n}"] = s[n].clone()
                out[f"step.{t}.gradient.{n}"] = step[n]
            out[f"step.{t}.gradientNorm"] = torch.tensor([norm], dtype=torch.float64)
    metadata = {"clip": str(clip), "beta1": str(beta1), "beta2": str(beta2), "epsilon": str(epsilon), "steps": "5"}
    return out, metadata


def files(seed):
    """Name → (tensors, metadata) of every file made here."""
    g = torch.Generator().manual_seed(seed)
    common = {"seed": str(seed)}
    optimiser, settings = adam(g)
    table = torch.stack([D.position(p, 6) for p in range(8, -1, -1)])
    attention = {"heads": "2", "headWidth": "4", "layerNormEpsilon": "1e-05"}
    return {"operations": (operations(g), attention | common), "adam": (optimiser, settings | common),
            "positions": ({"positions": table}, {"keys": "9", "modelWidth": "6"} | common)}
