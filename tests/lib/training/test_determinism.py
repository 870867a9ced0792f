"""Equal seeds give equal bits, in one process and across processes."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np

from lib.models.classifier import compile_classifier, convolutional
from lib.training import fit, predict, set_seed

ROOT = Path(__file__).resolve().parents[3]
PRINT = "from tests.lib.training.test_determinism import measured; print(*measured())"


def measured() -> tuple[str, str]:
    """Train a small classifier; give its curves as text and a hash of what it predicts."""
    set_seed(3)
    generator = np.random.default_rng(0)
    x = generator.random((300, 12, 12, 1), np.float32)
    y = generator.integers(0, 3, 300)
    model = compile_classifier(
        convolutional(
            filters=(8, 8), convolutions=(1, 1), dense_units=32, image_shape=(12, 12, 1), classes=3
        ),
        learning_rate=0.01,
    )
    trained = fit(model, x, y, validation=(x, y), epochs=2, batch_size=32, seed=3)
    y_score = predict(model, x)
    return str(sorted(trained.curves.items())), hashlib.sha256(y_score.tobytes()).hexdigest()


def test_equal_seeds_give_equal_bits_in_two_processes() -> None:
    command = [sys.executable, "-c", PRINT]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        here = measured()
        there, _ = process.communicate()
    assert process.returncode == 0
    assert there.strip() == " ".join(here)
