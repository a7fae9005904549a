"""The same model trained by every program in turns, after it was shown to be the same."""

import json
import random
import statistics
import tempfile
from pathlib import Path

from asked import Asked, program, spread

HERE = Path(__file__).resolve().parent
BOUND = 1e-4  # nats; all compute in single precision
UPDATES = 5
VOCABULARY = 65  # what `hyperrouter benchmark` trains with
PEERS = {
    "PyTorch eager": lambda run, text, threads: Asked(HERE / "model_torch.py", run, text, threads, "eager"),
    "torch.compile": lambda run, text, threads: Asked(HERE / "model_torch.py", run, text, threads, "compile"),
    "JAX": lambda run, text, threads: Asked(
        HERE / "model_jax.py", run, text, environment={
            "JAX_PLATFORMS": "cpu", "XLA_FLAGS": "" if threads > 1 else "--xla_cpu_multi_thread_eigen=false"}),
}


def write_text(path, length):
    """A text with something to learn: every symbol mostly follows from the one before."""
    draw, x = random.Random(1), [0]
    while len(x) < length:
        x.append((3 * x[-1] + 7) % VOCABULARY if draw.random() < 0.7 else draw.randrange(VOCABULARY))
    path.write_bytes(bytes(48 + symbol for symbol in x))


def write_runs(path, preset, router, folder):
    """A run, one that goes on from it for a few updates, its validation loss and the losses of those updates."""
    text = folder / "text"
    write_text(text, max(40_000, preset["batch"] * preset["segment"] * 40))
    options = ["--data", text, "--k-schedule", f"constant:{preset['top_k']}", "--k", preset["top_k"],
               "--lr-schedule", "constant", "--log-every", 1, "--batch", preset["batch"]]
    first, second = folder / "run", folder / "updates"
    program(path, "train", "--preset", preset["name"], "--router", router, "--dropout", 0, "--learning-rate", 2e-3,
            "--steps", 20, "--out", first, *options)
    validation = program(path, "evaluate", "--checkpoint", first, "--k", preset["top_k"], "--data", text)
    program(path, "train", "--from", first, "--steps", UPDATES, "--learning-rate", 1e-3, "--gradient-clip", 0.25, "--out", second,
            *options)
    lines = map(json.loads, (second / "metrics.jsonl").read_text().splitlines())
    losses = [line["loss"] for line in lines if line["kind"] == "step"]
    assert len(losses) == UPDATES
    # What peers load: weights before the updates, settings of the updates.
    (second / "model.safetensors").write_bytes((first / "model.safetensors").read_bytes())
    return second, text, validation["evaluation"][0]["loss"], losses


def check(peer, validation, losses):
    """How far a peer is from this program: in the validation loss, in the losses of updates."""
    found = [abs(peer("validate -") - validation)]
    found.append(max(abs(x - y) for x, y in zip(peer(f"train {UPDATES}"), losses, strict=True)))
    if not max(found) < BOUND:
        raise RuntimeError(f"not the same model: losses differ by {found[0]:.1e}, {found[1]:.1e} nats")
    return found


def start_peers(names, run, text, validation, losses, threads):
    """Peers for each number of threads, warm and shown to be the same model."""
    peers = {}
    for name in names:
        for count in threads:
            peer = PEERS[name](run, text, count)
            try:
                found = check(peer, validation, losses)
                peer("time 0")
                peers[name, count] = peer
                if count == threads[0]:
                    print(f"  {name:<14} {found[0]:.1e}  {found[1]:.1e}", flush=True)
            except RuntimeError as error:
                peer.end()
                print(f"  {name}, {count} threads, is left out: {error}"[:400], flush=True)
    return peers


def measure(path, preset, router, names, threads, rounds, quick):
    """Rows of the table."""
    with tempfile.TemporaryDirectory() as folder:
        run, text, validation, losses = write_runs(path, preset, router, Path(folder))
        print(f"\n{preset['name']}: N = {preset['experts']}, k = {preset['top_k']}, {router}; "
              f"validation loss {validation:.4f},\nafter {UPDATES - 1} updates {losses[0]:.4f} → {losses[-1]:.4f} nats. "
              "Differences of each peer from these:", flush=True)
        peers = start_peers(names, run, text, validation, losses, threads)
        speeds = {}
        for _ in range(rounds):
            for count in threads:
                rows = program(path, "benchmark", "--only", "training", "--preset", preset["name"], "--router", router,
                               "--threads", count, *["--quick"] * quick)["training"]
                ours = [row["tokens_per_second"] for row in rows if row["threads"] == count]
                speeds.setdefault(("ours", count), []).extend(ours)
                for (name, other), peer in peers.items():
                    if other == count:
                        speeds.setdefault((name, count), []).append(peer(f"time {0.5 if quick else 2}"))
        for peer in peers.values():
            peer.end()
    return [
        dict(preset=preset["name"], router=router, threads=count, program=name, tokens_per_second=statistics.median(x),
             spread=spread(x), rounds=x, ours_over_it=statistics.median(a / b for a, b in zip(speeds["ours", count], x)))
        for (name, count), x in sorted(speeds.items(), key=lambda pair: pair[0][1])
    ]


def print_rows(rows):
    print(f"\n{'preset':<12}{'threads':>7}  {'program':<15}{'tokens/s':>9}{'±':>10}{'ours over it':>14}")
    for row in rows:
        ratio = "" if row["program"] == "ours" else f"{row['ours_over_it']:.2f}"
        print(f"{row['preset']:<12}{row['threads']:>7}  {row['program']:<15}{row['tokens_per_second']:>9,.0f}"
              f"{100 * row['spread']:>8.1f} %{ratio:>14}")
