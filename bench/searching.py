"""A search of six trials: ours against Keras Tuner with MLflow's autologging, in turn."""

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench.measure import Figure, median_ratio, paired, run_plain, run_process
from contract.names import Profile
from experiments.fashion.data import load
from experiments.fashion.network import DECAY

ROUNDS = 3
GRID = {
    "learning_rates": [1e-3, 2e-3],
    "dense_units": [64, 128, 256],
    "epochs": 8,
    "batch_size": 64,
}


def figures() -> list[Figure]:
    """Search with both in fresh processes and stores, start-up included."""
    data = load(Profile.QUICK, 1).sample
    best: dict[str, list[float]] = {"ours": [], "plain": []}
    with tempfile.TemporaryDirectory() as folder:
        images, trials = Path(folder, "images.npz"), Path(folder, "trials.json")
        parts: dict[str, Any] = {
            f"{kind}_{part}": values
            for part, x, y in data.parts()
            if part != "test"
            for kind, values in (("x", x), ("y", y))
        }
        np.savez(images, **parts)

        def timed(name: str, *program: str, **more: object) -> float:
            trials.write_text(json.dumps({**GRID, "decay": DECAY, **more}), encoding="utf-8")
            with tempfile.TemporaryDirectory() as store:
                run = run_plain if name == "plain" else run_process
                started = time.perf_counter()
                process = run(*program, str(images), store, str(trials))
                seconds = time.perf_counter() - started
            best[name].append(max(json.loads(process.output.splitlines()[-1])))
            return seconds

        plain, ours = paired(
            lambda: timed("plain", "bench/plain_search.py"),
            lambda: timed("ours", "-m", "bench.our_search", seed=1),
            ROUNDS,
        )
    apart = abs(median(best["ours"]) - median(best["plain"]))
    note = f"medians of {ROUNDS}: {median(plain):.0f} s against {median(ours):.0f} s"
    accuracies = f"{median(best['ours']):.4f}, plain {median(best['plain']):.4f}"
    return [
        Figure(
            "search of six trials, Keras Tuner with autolog over ours",
            median_ratio(plain, ours),
            3.0,
            "",
            note,
            at_least=True,
        ),
        Figure("best validation accuracies apart", apart, 0.01, "", accuracies),
    ]
