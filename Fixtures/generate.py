"""Writes the golden values of this folder. See README.md; the build and the tests never run this.

    python3 generate.py            writes the files
    python3 generate.py --check    computes them again and compares with what is there
"""

import json
import math
import struct
import sys
from dataclasses import asdict, replace
from pathlib import Path

import torch

import definitions as D
from definitions import Configuration

FOLDER = Path(__file__).resolve().parent
SEED = 20231207
MARGIN = 5e-3  # of every routing decision, in logits
KINK = 1e-4  # distance of every ReLU from its kink
# Wide cases have a hundred times as many decisions: fewer seeds leave them comfortable margins. These are still more than
# a hundred times the rounding errors of single precision.
WIDE_MARGIN = 2e-3
WIDE_KINK = 3e-5

# Name, configuration, memory rows present before the first segment, number of segments.
base = Configuration()
CASES = [
    ("smoe.softmax-topk", base, 3, 1),
    ("smoe.topk-softmax", replace(base, gateOrder="topk-softmax"), 7, 1),
    ("smoe-dropout.softmax-topk", replace(base, router="smoe-dropout"), 7, 1),
    ("smoe-dropout.topk-softmax", replace(base, router="smoe-dropout", gateOrder="topk-softmax"), 0, 1),
    ("hyperrouter.softmax-topk", replace(base, router="hyperrouter"), 3, 1),
    ("hyperrouter.topk-softmax", replace(base, router="hyperrouter", gateOrder="topk-softmax"), 7, 1),
    ("hyperrouter.softmax-topk.pre", replace(base, router="hyperrouter", norm="pre"), 7, 1),
    ("hyperrouter.topk-softmax.pre", replace(base, router="hyperrouter", gateOrder="topk-softmax", norm="pre"), 3, 1),
    ("dense", replace(base, router="dense"), 3, 1),
    ("smoe.softmax-topk.one-expert", replace(base, topK=1), 0, 1),
    ("hyperrouter.topk-softmax.one-expert",
     replace(base, router="hyperrouter", gateOrder="topk-softmax", topK=1), 3, 1),
    ("smoe.topk-softmax.all-experts", replace(base, gateOrder="topk-softmax", topK=4), 3, 1),
    ("hyperrouter.softmax-topk.all-experts", replace(base, router="hyperrouter", topK=4), 7, 1),
    ("hyperrouter.softmax-topk.two-segments", replace(base, router="hyperrouter"), 0, 2),
    ("smoe.topk-softmax.pre.two-segments", replace(base, gateOrder="topk-softmax", norm="pre"), 0, 2),
    ("hyperrouter.softmax-topk.one-token", replace(base, router="hyperrouter", segment=1, batch=1), 7, 1),
    ("smoe.softmax-topk.memory-off", replace(base, memory=0), 0, 1),
]
# As models train: wider than vectors, segments longer than a block of attention; weights that are single precision numbers.
wide = replace(base, modelWidth=40, headWidth=20, expertWidth=72, experts=3, batch=1, segment=131, memory=20, vocabulary=8)
WIDE_CASES = [
    ("hyperrouter.softmax-topk.wide", replace(wide, router="hyperrouter", embeddingWidth=5, hypernetworkWidth=9), 13, 1),
    ("smoe.topk-softmax.pre.wide",
     replace(wide, gateOrder="topk-softmax", norm="pre", layers=1, modelWidth=48, heads=1, headWidth=64), 33, 1),
]


def encode(tensors, metadata):
    """The safetensors format: 8-byte little-endian header length, JSON header, raw little-endian data."""
    header, data = {"__metadata__": metadata}, b""
    for name in sorted(tensors):
        value = tensors[name].detach().contiguous()
        kind, layout = {torch.float64: ("F64", "<f8"), torch.float32: ("F32", "<f4"), torch.int64: ("I64", "<i8")}[value.dtype]
        raw = value.numpy().astype(layout).tobytes()
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def decode(raw):
    length = struct.unpack("<Q", raw[:8])[0]
    header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
    metadata = header.pop("__metadata__")
    kinds = {"F64": torch.float64, "F32": torch.float32, "I64": torch.int64}
    return {name: torch.frombuffer(bytearray(data[slice(*entry["data_offsets"])]), dtype=kinds[entry["dtype"]])
            .reshape(entry["shape"]) for name, entry in header.items()}, metadata


def normal(generator, *shape, scale=0.3, mean=0.0):
    return mean + scale * torch.randn(*shape, generator=generator, dtype=torch.float64)


def make_parameters(c, g, scale=1.0):
    """Every parameter at a generic value, matrices scaled on request, and the names of the trainable ones."""
    def normal(g, *shape, **rest):
        value = globals()["normal"](g, *shape, **rest)
        return value * scale if len(shape) > 1 else value

    w, d, N, f = c.heads * c.headWidth, c.modelWidth, c.experts, c.expertWidth
    p = {"embedding.weight": normal(g, c.vocabulary, d), "output.bias": normal(g, c.vocabulary),
         "relative.u": normal(g, w), "relative.v": normal(g, w)}
    for l in range(c.layers):
        a, ff = f"layers.{l}.attention", f"layers.{l}.feedForward"
        p |= {f"{a}.query.weight": normal(g, w, d), f"{a}.keyValue.weight": normal(g, 2 * w, d),
              f"{a}.position.weight": normal(g, w, d), f"{a}.output.weight": normal(g, d, w)}
        for half in (a, ff):
            p |= {f"{half}.norm.gain": normal(g, d, mean=1.0), f"{half}.norm.bias": normal(g, d)}
        if c.router == "dense":
            p |= {f"{ff}.dense.weight1": normal(g, c.denseWidth, d), f"{ff}.dense.bias1": normal(g, c.denseWidth),
                  f"{ff}.dense.weight2": normal(g, d, c.denseWidth), f"{ff}.dense.bias2": normal(g, d)}
            continue
        p |= {f"{ff}.experts.weight1": normal(g, N, f, d), f"{ff}.experts.bias1": normal(g, N, f),
              f"{ff}.experts.weight2": normal(g, N, d, f), f"{ff}.experts.bias2": normal(g, N, d)}
        if c.router == "hyperrouter":
            m, s, h = c.embeddingWidth, c.hypernetworkWidth, f"{ff}.router.hypernetwork"
            p |= {f"{ff}.router.embedding": normal(g, m, scale=1.0),
                  f"{h}.weight1": normal(g, s, m, scale=0.5), f"{h}.bias1": normal(g, s),
                  f"{h}.weight2": normal(g, N * (d + 1), s), f"{h}.bias2": normal(g, N * (d + 1))}
        else:
            p |= {f"{ff}.router.weight": normal(g, N, d, scale=0.5), f"{ff}.router.bias": normal(g, N)}
    frozen = {"smoe-dropout": ".router.", "hyperrouter": ".hypernetwork."}.get(c.router)
    trainable = [name for name in p if frozen is None or frozen not in name]
    return p, trainable


def check_derivative(loss_at, parameters, gradients, g, step):
    """Autograd's derivative along one random direction against a central difference."""
    direction = {name: normal(g, *parameters[name].shape, scale=1.0) for name in gradients}

    def moved(sign):
        with torch.no_grad():
            return loss_at(parameters | {n: parameters[n] + sign * step * v for n, v in direction.items()}).item()

    expected = sum((gradients[n] * v).sum().item() for n, v in direction.items())
    found = (moved(1) - moved(-1)) / (2 * step)
    assert abs(found - expected) < 1e-7 * (1 + abs(expected)), (found, expected)


def attempt(name, c, present, segments, seed):
    """One case at one seed, or nothing if a routing decision or a ReLU is too close to its boundary."""
    g = torch.Generator().manual_seed(seed)
    is_wide = c.segment > 128
    # Scores of wide models would be so far apart that every softmax were one-hot.
    parameters, trainable = make_parameters(c, g, math.sqrt(base.modelWidth / c.modelWidth))
    memory = [normal(g, c.batch, present, c.modelWidth, scale=0.8) for _ in range(c.layers + 1)]
    if is_wide:
        parameters = {n: v.float().double() for n, v in parameters.items()}
        memory = [v.float().double() for v in memory]
    tensors = dict(parameters)
    if present:
        tensors |= {f"memory.{level}": value for level, value in enumerate(memory)}
    if is_wide:
        tensors = {n: v.float() for n, v in tensors.items()}
    margin = math.inf
    for prefix in ["", "second."][:segments]:
        stream = torch.randint(0, c.vocabulary, (c.batch, c.segment + 1), generator=g)
        inputs, targets = stream[:, :-1].contiguous(), stream[:, 1:].contiguous()
        live = {n: v.clone().requires_grad_(n in trainable) for n, v in parameters.items()}
        trace = D.language_model(inputs, targets, memory, live, c)
        if trace.selectionMargin < (WIDE_MARGIN if is_wide else MARGIN):
            return None
        if trace.reluMargin < (WIDE_KINK if is_wide else KINK):
            return None
        margin = min(margin, trace.selectionMargin)
        found = torch.autograd.grad(trace.loss, [live[n] for n in trainable], allow_unused=True)
        gradients = {n: torch.zeros_like(live[n]) if v is None else v for n, v in zip(trainable, found)}
        check_derivative(lambda p: D.language_model(inputs, targets, memory, p, c).loss, parameters, gradients, g,
                         1e-7 if is_wide else 1e-5)
        memory = D.next_memory(memory, trace.hidden, c.memory)
        out = {"inputs": inputs, "targets": targets, "logits": trace.logits, "loss": trace.loss.reshape(1),
               "attentionOutput.0": trace.attention[0]}
        out |= {f"gradient.{n}": v for n, v in gradients.items()}
        out |= {f"hidden.{level}": v for level, v in enumerate(trace.hidden)}
        out |= {f"newMemory.{level}": v for level, v in enumerate(memory) if c.memory}
        for key, values in [("routerProbabilities", trace.probabilities), ("selected", trace.selected),
                            ("gates", trace.gates), ("generatedRouter", trace.generated)]:
            out |= {f"{key}.{l}": v for l, v in enumerate(values)}
        tensors |= {prefix + key: value for key, value in out.items()}
    metadata = {key: str(value) for key, value in asdict(c).items()}
    metadata |= {"presentMemory": str(present), "segments": str(segments), "seed": str(seed),
                 "layerNormEpsilon": "1e-05"}
    if c.router != "dense":
        metadata["selectionMargin"] = f"{margin:.4f}"
    return tensors, metadata


def model_case(index, name, c, present, segments):
    for seed in range(SEED + 1000 * index, SEED + 1000 * (index + 1)):
        if (found := attempt(name, c, present, segments, seed)) is not None:
            return found
    raise AssertionError(f"{name}: no seed with comfortable margins")


def main():
    import small_cases

    files = small_cases.files(SEED)
    for index, (name, *case) in enumerate(CASES + WIDE_CASES):
        files[f"model.{name}"] = model_case(index, name, *case)
    for name, (tensors, metadata) in files.items():
        path = FOLDER / f"{name}.safetensors"
        if "--check" in sys.argv:
            stored, _ = decode(path.read_bytes())
            assert stored.keys() == tensors.keys(), name
            worst = max((stored[n] - tensors[n]).abs().max().item() for n in stored)
            assert worst < 1e-11, (name, worst)
        else:
            path.write_bytes(encode(tensors, metadata))
            worst = 0.0
        print(f"{name}: {len(tensors)} tensors, {path.stat().st_size} bytes, difference {worst:.1e}, "
              f"margin {metadata.get('selectionMargin', '-')}, seed {metadata['seed']}")

    import check_checkpoint

    if check_checkpoint.PROGRAM.exists():
        check_checkpoint.main()
    else:
        print("load_checkpoint.py was not checked: swift build -c release makes the program that it is held to")


if __name__ == "__main__":
    main()
