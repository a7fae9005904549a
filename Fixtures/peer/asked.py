"""Processes that answer one line for each line, so that they can be asked in turns and stay warm."""

import json
import os
import statistics
import subprocess
import sys
import tempfile


class Asked:
    def __init__(self, *words, environment=None):
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            [sys.executable, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            text=True, env=os.environ | (environment or {}))

    def __call__(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer:
            self.errors.seek(0)
            lines = [line for line in self.errors.read().splitlines() if "Error" in line]
            raise RuntimeError(lines[-1] if lines else "it ended without an answer")
        return json.loads(answer)

    def end(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


def program(path, *words):
    """What the program prints with --json."""
    result = subprocess.run([path, *map(str, words), "--json"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{path} {' '.join(map(str, words))}:\n{result.stderr}")
    return json.loads(result.stdout)


def spread(values):
    """The distance of the quartiles over the median."""
    x = sorted(values)
    quartile = lambda part: x[round((len(x) - 1) * part)]
    return (quartile(0.75) - quartile(0.25)) / statistics.median(x)
