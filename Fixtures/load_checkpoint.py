"""Loads a run of `hyperrouter train` with numpy alone and measures it again: bits per symbol on the validation part.

    hyperrouter corpus --out topics.txt
    hyperrouter train --preset smoke --steps 40 --out run
    python3 Fixtures/load_checkpoint.py run topics.txt 2        # run directory, text, k

For post-LN and the routers smoe, smoe-dropout and hyperrouter in both gate orders.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np


def tensors(path):
    """safetensors: 8 bytes with the header's length, the header, the numbers."""
    raw = Path(path).read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    header.pop("__metadata__", None)
    parts = {name: (raw[start + e["data_offsets"][0]:start + e["data_offsets"][1]], e["shape"]) for name, e in header.items()}
    return {name: np.frombuffer(data, "<f4").reshape(shape).astype(np.float64) for name, (data, shape) in parts.items()}


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def layer_norm(x, p, name):
    x = x - x.mean(axis=-1, keepdims=True)
    return p[name + ".norm.gain"] * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-5) + p[name + ".norm.bias"]


def attention(h, memory, p, name, H):
    c, W = np.concatenate([memory, h], axis=1), {part: p[f"{name}.{part}.weight"] for part in
                                                ("query", "keyValue", "position", "output")}
    (B, T, d), K, heads = h.shape, c.shape[1], lambda x: x.reshape(*x.shape[:-1], H, -1)
    angles = np.arange(K)[:, None] * 10000.0 ** (-2 * np.arange(d // 2) / d)
    r = heads(np.concatenate([np.sin(angles), np.cos(angles)], axis=1) @ W["position"].T)
    q, (k, v) = heads(h @ W["query"].T), map(heads, np.split(c @ W["keyValue"].T, 2, axis=-1))
    distance = np.arange(T)[:, None] + K - T - np.arange(K)  # from query i back to key j; negative: the future
    A = np.einsum("bihx,bjhx->bhij", q + heads(p["relative.u"]), k)
    A += np.einsum("bihx,ijhx->bhij", q + heads(p["relative.v"]), r[np.maximum(distance, 0)])
    P = softmax(np.where(distance >= 0, A / np.sqrt(q.shape[-1]), -np.inf))
    return np.einsum("bhij,bjhx->bihx", P, v).reshape(B, T, -1) @ W["output"].T


def mixture(h, p, name, k, order):
    e = {part: p[f"{name}.experts.{part}"] for part in ("weight1", "bias1", "weight2", "bias2")}
    if name + ".router.embedding" in p:  # (W_r | b_r) = 𝓗(e)
        o, prefix = p[name + ".router.embedding"], name + ".router.hypernetwork"
        prefix = prefix if prefix + ".weight1" in p else "hypernetwork"  # its own, or one for all layers
        depth = sum(key.startswith(prefix + ".weight") for key in p)
        for i in range(1, depth + 1):
            o = p[f"{prefix}.weight{i}"] @ (o if i == 1 else np.maximum(o, 0)) + p[f"{prefix}.bias{i}"]
        o = o.reshape(len(e["bias1"]), -1)
        logits = h @ o[:, :-1].T + o[:, -1]
    else:
        logits = h @ p[name + ".router.weight"].T + p[name + ".router.bias"]
    chosen = np.argsort(-logits, axis=-1, kind="stable")[:, :k]
    pick = lambda x: np.take_along_axis(x, chosen, axis=-1)
    g, y = pick(softmax(logits)) if order == "softmax-topk" else softmax(pick(logits)), np.zeros_like(h)
    for i in range(len(e["bias1"])):
        rows, place = np.nonzero(chosen == i)
        z = np.maximum(h[rows] @ e["weight1"][i].T + e["bias1"][i], 0)
        y[rows] += g[rows, place][:, None] * (z @ e["weight2"][i].T + e["bias2"][i])
    return y


def numbers(config, raw):
    symbols = config["vocabulary"]["symbols"]
    if config["tokens"] == "bytes":
        number = np.full(256, -1)
        number[symbols] = np.arange(len(symbols))
        return number[np.frombuffer(raw, np.uint8)]
    number = {symbol: i for i, symbol in enumerate(symbols)}
    found = re.findall(r"\n|\S+", raw.decode()) if config["tokens"] == "words" else raw.decode()
    return np.array([number.get(symbol, number.get("<unk>", -1)) for symbol in found])  # unknown words are <unk>


def validation_bits(run, text, k):
    config, p = json.loads((Path(run) / "config.json").read_text()), tensors(Path(run) / "model.safetensors")
    c, x = config["model"], numbers(config, Path(text).read_bytes())
    assert c["norm"] == "post" and c["router"] in ("smoe", "smoe-dropout", "hyperrouter")
    assert not any(config.get(key) for key in ("validation", "test", "evaluation_symbols")), "one text, all of its part"
    first, end = len(x) * 90 // 100, len(x) * 95 // 100
    T, M, d = c["segment"], c["memory"], c["model_width"]
    assert M > 0, "without memory evaluate reads windows that overlap"
    memory, losses = [np.zeros((1, 0, d))] * (c["layers"] + 1), []
    # One row, which begins with whole segments of the training split, more than the model can see: the validation part is warm.
    begin = first - T * (c["layers"] * (M // T + 2))
    assert begin > 0, f"found {first} symbols to train on, expected more than {first - begin}"
    for start in range(begin, end, T):
        stop = min(start + T, end)
        inputs, targets = x[None, start - 1:stop - 1], x[None, start:stop]
        h, states = np.sqrt(d) * p["embedding.weight"][inputs], []
        for l in range(c["layers"]):
            states.append(h)
            name = f"layers.{l}."
            h = layer_norm(h + attention(h, memory[l], p, name + "attention", c["heads"]), p, name + "attention")
            y = mixture(h.reshape(-1, d), p, name + "feedForward", k, c["gate_order"]).reshape(h.shape)
            h = layer_norm(h + y, p, name + "feedForward")
        memory = [np.concatenate([old, new], axis=1)[:, max(0, old.shape[1] + new.shape[1] - M):]
                  for old, new in zip(memory, states + [h])]
        s = softmax(h @ p["embedding.weight"].T + p["output.bias"])
        if start >= first:
            losses.append(-np.log2(np.take_along_axis(s, targets[..., None], axis=-1)))
    return np.concatenate(losses, axis=1).mean()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: load_checkpoint.py RUN TEXT K")
    print(f"{validation_bits(sys.argv[1], sys.argv[2], int(sys.argv[3])):.6f} bits per symbol")
