"""The same matrix products by PyTorch and by this program, in turns.

Run by itself it is PyTorch's side, timed the way `hyperrouter benchmark --only matmul` times ours:

    python3 products.py THREADS SAMPLES     # each line of standard input: shapes as JSON; answers GFLOP/s, a list
"""

import json
import math
import os
import statistics
import subprocess
import sys
import textwrap
import time

from asked import Asked, program


def gigaflops(m, k, n, batch, transpose, threads, samples):
    """The median of some samples, each of at least 2·10⁷ operations a thread, after one product that does not count."""
    def factor(rows, columns, transposed):
        x = torch.randn(batch, columns, rows).transpose(1, 2) if transposed else torch.randn(batch, rows, columns)
        return x if batch > 1 else x[0]
    a, b = factor(m, k, transpose in ("tn", "tt")), factor(k, n, transpose in ("nt", "tt"))
    product, c = (torch.bmm if batch > 1 else torch.mm), torch.empty((batch, m, n) if batch > 1 else (m, n))
    operations, seconds = 2 * m * k * n * batch, []
    repeats = math.ceil(2e7 * threads / operations)
    product(a, b, out=c)
    for _ in range(samples):
        start = time.perf_counter()
        for _ in range(repeats):
            product(a, b, out=c)
        seconds.append((time.perf_counter() - start) / repeats)
    return operations * 1e-9 / statistics.median(seconds)


def library():
    """Who computes torch.mm and torch.bmm: asked of the libraries, which report their calls if told to."""
    code = "import torch; x = torch.randn(2, 256, 256); torch.mm(x[0], x[1]); torch.bmm(x, x); print(torch.__version__)"
    environment = os.environ | {"MKL_VERBOSE": "1", "ONEDNN_VERBOSE": "1"}
    text = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment).stdout
    calls = [f"MKL's {name}" for name in ("SGEMM", "SGEMM_BATCH") if f" {name}(" in text]
    calls += ["oneDNN's matmul"] if "primitive,exec" in text and ",matmul," in text else []
    versions = [line.removeprefix("MKL_VERBOSE ") for line in text.splitlines() if "oneMKL" in line]
    sentence = "; ".join([", ".join(calls) or "its own loops"] + versions)
    return "\n".join(textwrap.wrap(f"PyTorch {text.split()[-1]}: {sentence}", 80))


def measure(path, threads, rounds, quick):
    """Rows of the table: shapes are those that this program measures in single precision."""
    print(library(), flush=True)
    workers = {count: Asked(__file__, count, 5 if quick else 15) for count in threads}
    found = {}
    for _ in range(rounds):
        for count in threads:
            rows = program(path, "benchmark", "--only", "matmul", "--threads", count, *["--quick"] * quick)["matmul"]
            rows = [row for row in rows if row["scalar"] == "Float" and row["threads"] == count]
            shapes = [[row[key] for key in ("m", "k", "n", "batch", "transpose")] for row in rows]
            for shape, row, theirs in zip(shapes, rows, workers[count](json.dumps(shapes)), strict=True):
                found.setdefault((count, *shape), []).append((row["gflops"], theirs))
    for worker in workers.values():
        worker.end()
    return [
        dict(threads=count, m=m, k=k, n=n, batch=batch, transpose=transpose, ours=[x for x, _ in pairs],
             theirs=[y for _, y in pairs], best_over_best=max(x for x, _ in pairs) / max(y for _, y in pairs),
             median_ratio=statistics.median(x / y for x, y in pairs))
        for (count, m, k, n, batch, transpose), pairs in found.items()
    ]


def print_rows(rows, rounds):
    print(f"\nGFLOP/s, best and median of {rounds} rounds; ratios: best over best, median of rounds\n")
    print(f"{'':<30}{'PyTorch':>13}{'ours':>14}{'ours/theirs':>17}")
    print(f"{'m×k×n':<18}{'threads':>8}{'':>4}{'best':>6}{'median':>7}{'best':>7}{'median':>7}{'best':>9}{'median':>8}")
    for row in rows:
        name = f"{row['m']}×{row['k']}×{row['n']}"
        name = f"{row['batch']} × {name}" if row["batch"] > 1 else name
        print(f"{name:<18}{row['threads']:>8}{row['transpose']:>4}{max(row['theirs']):>6.0f}"
              f"{statistics.median(row['theirs']):>7.0f}{max(row['ours']):>7.0f}{statistics.median(row['ours']):>7.0f}"
              f"{row['best_over_best']:>9.2f} {row['median_ratio']:>7.2f}")


if __name__ == "__main__":
    import torch

    threads, samples = map(int, sys.argv[1:])
    torch.set_num_threads(threads)
    for line in sys.stdin:
        print(json.dumps([gigaflops(*shape, threads, samples) for shape in json.loads(line)]), flush=True)
