"""What every peer trains: a run that `hyperrouter train` wrote (its sizes, weights and text), read with numpy."""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from load_checkpoint import tensors


class Run:
    """Sizes c, weights, text and settings of training."""

    def __init__(self, directory, text):
        config = json.loads((Path(directory) / "config.json").read_text())
        self.c, training = config["model"], config["training"]
        assert self.c["norm"] == "post" and self.c["gate_order"] == "softmax-topk" and self.c["dropout"] == 0
        assert self.c["router"] in ("smoe", "hyperrouter") and config["tokens"] == "bytes"
        weights = tensors(Path(directory) / "model.safetensors")
        self.weights = {name: value.astype(np.float32) for name, value in weights.items()}
        self.k = int(training["k_schedule"].removeprefix("constant:"))
        self.batch, self.clip, self.rate = training["batch"], training["clip"], training["learning_rate"]["peak"]
        self.segment, self.memory = self.c["segment"], self.c["memory"]
        number = np.full(256, -1)
        number[config["vocabulary"]["symbols"]] = np.arange(len(config["vocabulary"]["symbols"]))
        x = number[np.frombuffer(Path(text).read_bytes(), np.uint8)]
        self.training, self.validation = x[:len(x) * 90 // 100], x[len(x) * 90 // 100:len(x) * 95 // 100]

    @property
    def frozen(self):
        return {name for name in self.weights if "hypernetwork" in name}

    def segments(self, x, batch, length):
        """Inputs and targets: rows of one stream side by side, in segments; the last may be shorter."""
        rows, T = x[:len(x) // batch * batch].reshape(batch, -1), self.segment
        for start in range(0, length if length else rows.shape[1] - 1, T):
            end = min(start + T, rows.shape[1] - 1)
            yield rows[:, start:end], rows[:, start + 1:end + 1]

    def training_segments(self):
        full = (len(self.training) // self.batch - 1) // self.segment
        return list(self.segments(self.training, self.batch, full * self.segment))

    def validation_segments(self):
        batch = max(1, min(16, len(self.validation) // (2 * self.segment)))
        return list(self.segments(self.validation, batch, None))


def positions(K, d):
    """R: distances K−1 … 0, sines first."""
    angles = np.arange(K - 1, -1, -1)[:, None] * 10000.0 ** (-2 * np.arange(d // 2) / d)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def serve(peer, run):
    """Answers one line of standard input at a time, so that peers can be asked in turns and stay warm.

    `peer` has `prepare(inputs, targets)`, `step(inputs, targets)` (one update, waited for; returns the loss),
    `loss(inputs, targets)` (no update) and `forget()`, which empties memory.
    """
    segments = [peer.prepare(x, y) for x, y in run.training_segments()]
    index = 0

    def step():
        nonlocal index
        index += 1
        return float(peer.step(*segments[index % len(segments)]))

    for line in sys.stdin:
        command, argument = line.split()
        if command == "validate":  # nats, the mean over all targets
            peer.forget()
            parts = [(y.size, float(peer.loss(*peer.prepare(x, y)))) for x, y in run.validation_segments()]
            answer = sum(n * loss for n, loss in parts) / sum(n for n, _ in parts)
        elif command == "train":  # losses of the first steps
            peer.forget()
            answer = [float(peer.step(*segment)) for segment in segments[:int(argument)]]
            index = int(argument) - 1
        elif command == "time":  # tokens a second from the median step, as `hyperrouter benchmark` does
            step()
            times = []
            while len(times) < 5 or sum(times) < float(argument):
                start = time.perf_counter()
                step()
                times.append(time.perf_counter() - start)
            answer = run.batch * run.segment / statistics.median(times)
        print(json.dumps(answer), flush=True)
