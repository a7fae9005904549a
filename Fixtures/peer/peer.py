"""Other programs beside this one, in turns: the same model trained by PyTorch and JAX, the same matrix products by PyTorch.

    swift build -c release
    python3 -m venv venv && venv/bin/pip install torch jax numpy
    venv/bin/python Fixtures/peer/peer.py --hyperrouter .build/release/hyperrouter
    venv/bin/python Fixtures/peer/peer.py --hyperrouter .build/release/hyperrouter --quick --what products --threads 1

Before a preset is timed, all programs are shown to train the same model: each loads a run that this program wrote, and must
find its validation loss and then the losses of the same few updates, each within 1e-4 nats. torch.compile also needs a C++
compiler. A peer that is not installed or fails is left out, and said so. All stay loaded, and wait while another is timed.

    model_torch.py, model_jax.py    the model in each
    run.py                          what they load; how they answer
    training.py, products.py        what is timed
"""

import argparse
import json
import os

import products
import training
from asked import program


def numbers(text):
    return [int(part) for part in text.split(",")]


def names_of(known):
    """Reads a list of names; argparse says which one is not known."""
    def names(text):
        for name in text.split(","):
            if name not in known:
                raise argparse.ArgumentTypeError(f"found '{name}', expected some of {','.join(known)}")
        return text.split(",")
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hyperrouter", default=".build/release/hyperrouter", help="this program, built for release")
    parser.add_argument("--what", type=names_of(["products", "training"]), default=["products", "training"], help="products,training")
    parser.add_argument("--preset", type=lambda text: text.split(","), default=["tiny", "small", "paper-small"],
                        help="as `hyperrouter presets` lists them; tiny,small,paper-small unless given")
    parser.add_argument("--peers", type=names_of(training.PEERS), default=list(training.PEERS), help=",".join(training.PEERS))
    parser.add_argument("--router", default="hyperrouter", choices=["hyperrouter", "smoe"])
    parser.add_argument("--threads", type=numbers, default=[1, 2], help="1,2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="shorter rounds, less certain")
    parser.add_argument("--json", help="also write everything measured to this file")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 0.3:
        print(f"Other work on this machine (load {load:.1f}) makes all numbers worse, most of all those\n"
              "of PyTorch on several threads, which wait for each other after each operation.\n")
    measured = {"load_before": load}
    if "products" in options.what:
        measured["products"] = products.measure(options.hyperrouter, options.threads, options.rounds, options.quick)
        products.print_rows(measured["products"], options.rounds)
    if "training" in options.what:
        presets = {preset["name"]: preset for preset in program(options.hyperrouter, "presets")["presets"]}
        for name in options.preset:
            if name not in presets:
                parser.error(f"argument --preset: found '{name}', expected some of {','.join(presets)}")
        measured["training"] = []
        for name in options.preset:
            rows = training.measure(
                options.hyperrouter, presets[name], options.router, options.peers, options.threads, options.rounds,
                options.quick)
            training.print_rows(rows)
            measured["training"] += rows
    if options.json:
        with open(options.json, "w") as file:
            json.dump(measured, file, indent=1)


if __name__ == "__main__":
    main()
