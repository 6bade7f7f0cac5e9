"""How fast are the detectors and a hand-over pipeline, and how much memory do they take, beside IsolationForest?

PYTHONPATH=code python tests/helpers/throughput.py

All in one run; each in a process of its own, so that the highest memory is its own. Times are the best of three.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np

KINDS = (
    "IsolationForest",
    "HotellingDetector",
    "ResidualDetector",
    "OneClassSVMDetector",
    "AutoencoderDetector",
    "VAEDetector",
    "GANDetector",
    "HandOverClassifier",
)
COLUMNS = ("fit 10,000 rows (s)", "score 100,000 rows (s)", "rows per second", "one row (ms)", "memory (MiB)")


def best_of(times: int, do) -> float:
    """Return the shortest of so many runs, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(kind: str, fitted_on: int = 10_000, scored: int = 100_000) -> list[float]:
    """Return the five numbers of one detector; memory is the highest of this process less what it began with."""
    from introdl import detectors, selective, simulate
    from sklearn.ensemble import IsolationForest

    names = ["air_temperature", "process_temperature", "speed", "torque", "tool_wear"]
    parts = simulate.milling(fitted_on, seed=0)
    X, y = parts[names].to_numpy(float), parts["failure"].to_numpy()
    many = np.resize(X, (scored, 5))
    if kind == "IsolationForest":
        detector = IsolationForest(random_state=0)
    elif kind == "HandOverClassifier":
        members, guard = selective.AgreementClassifier(random_state=0), detectors.HotellingDetector(random_state=0)
        detector = selective.HandOverClassifier(members, detector=guard, threshold=None)
    else:
        detector = detectors.KINDS[kind](random_state=0)
    detector.fit(X[:1000], y[:1000])  # imports what it imports
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fit = best_of(3, lambda: detector.fit(X, y))
    score = best_of(3, lambda: detector.predict(many))
    one = best_of(3, lambda: [detector.predict(many[:1]) for _ in range(50)]) / 50
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return [fit, score, scored / score, 1000 * one, memory]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(*measure(sys.argv[1]))
    else:
        import pandas as pd

        rows = {}
        for kind in KINDS:
            said = subprocess.run([sys.executable, "-W", "ignore", __file__, kind], capture_output=True, text=True)
            rows[kind] = [float(number) for number in said.stdout.split()]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
        print(table.round(3).to_string())
        print("\nRatio to IsolationForest:")
        print((table / table.loc["IsolationForest"]).round(3).to_string())
