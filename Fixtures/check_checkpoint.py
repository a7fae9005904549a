"""Holds load_checkpoint.py against the program itself: trains small runs, and compares validation losses at every k.

    swift build -c release
    python3 Fixtures/check_checkpoint.py            # generate.py runs it, too
"""

import json
import subprocess
import tempfile
from pathlib import Path

from load_checkpoint import validation_bits

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/hyperrouter"
BOUND = 1e-5  # bits; the program computes in single precision, the script in double


def hyperrouter(*words):
    return subprocess.run([PROGRAM, *map(str, words)], check=True, capture_output=True, text=True).stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        topics, compared = Path(folder) / "topics.txt", 0
        hyperrouter("corpus", "--out", topics)
        words = ["--tokens", "words", "--vocabulary", 300]
        for index, (router, order, text, tokens) in enumerate([
            ("hyperrouter", "softmax-topk", topics, []), ("hyperrouter", "topk-softmax", topics, []),
            ("smoe", "softmax-topk", topics, []), ("smoe-dropout", "softmax-topk", topics, []),
            ("smoe", "softmax-topk", ROOT / "NOTES.md", words),
        ]):
            run = Path(folder) / f"run{index}"
            hyperrouter("train", "--preset", "smoke", "--layers", 2, "--steps", 40, "--router", router, "--gate-order", order,
                        "--data", text, *tokens, "--out", run, "--json")
            for result in json.loads(hyperrouter("evaluate", "--checkpoint", run, "--json"))["evaluation"]:
                ours, theirs = validation_bits(run, text, result["k"]), result["bits_per_symbol"]
                print(f"{router}, {order}, {Path(text).name}, k = {result['k']}: {ours:.6f} by numpy, {theirs:.6f} by the program")
                assert abs(ours - theirs) < BOUND
                compared += 1
    assert compared == 15, compared


if __name__ == "__main__":
    main()
