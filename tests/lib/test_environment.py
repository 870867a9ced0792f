"""What a person's environment and settings files hold changes neither a fingerprint nor a bit."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib import environment

ROOT = Path(__file__).resolve().parents[2]
DECIDED = """
import lib, json
from tests.lib.test_environment import results
print(json.dumps(results()))
"""
HOSTILE = {
    "KERAS_BACKEND": "nonsense",
    "KERAS_MAX_EPOCHS": "1",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_USE_LEGACY_KERAS": "1",
    "TF_XLA_FLAGS": "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit",
    "TF_NUM_INTRAOP_THREADS": "1",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
    "OPENBLAS_CORETYPE": "Nehalem",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_CBWR": "COMPATIBLE",
    "SCIPY_ARRAY_API": "1",
    "MPLBACKEND": "nonsense",
    "PYTHONHASHSEED": "7",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
}


def multiplied() -> str:
    """Hash what BLAS makes of a product and a decomposition."""
    import numpy as np

    values = np.random.default_rng(0).random((400, 300))
    made = (values.T @ values, np.linalg.svd(values)[0], np.exp(values.astype(np.float32)))
    return hashlib.sha256(b"".join(each.tobytes() for each in made)).hexdigest()


def drawn() -> str:
    """Hash a figure."""
    from matplotlib.figure import Figure

    from lib.figures.style import in_style, new_figure, svg

    @in_style
    def draw() -> Figure:
        figure = new_figure(height_mm=40)
        figure.add_subplot().plot([0, 1, 2], [1e-3, 2.5, 1e6], label="a")
        return figure

    return hashlib.sha256(svg(draw())).hexdigest()


def trained() -> tuple[str, str]:
    """Train a small classifier; give its curves as text and a hash of what it predicts."""
    import numpy as np

    from lib.models.classifier import compile_classifier, convolutional
    from lib.training import fit, predict, set_seed

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
    fitted = fit(model, x, y, validation=(x, y), epochs=2, batch_size=32, seed=3)
    y_score = predict(model, x)
    return str(sorted(fitted.curves.items())), hashlib.sha256(y_score.tobytes()).hexdigest()


def results() -> dict[str, str]:
    """Collect what settings might change."""
    from lib.tracking.fingerprint import fingerprint_of  # not where `lib` is a stand-in

    stage: Any = trained
    curves, scores = trained()
    return {
        "fingerprint": fingerprint_of("a.b", "smoke", stage, None, {}).sha256,
        "product": multiplied(),
        "figure": drawn(),
        "curves": curves,
        "scores": scores,
    }


def decided(given: dict[str, str], program: str = DECIDED) -> "subprocess.Popen[str]":
    """Start a process in an environment; it prints what it decides."""
    clean = {name: value for name, value in os.environ.items() if name not in environment.FIXED}
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**{name: clean[name] for name in clean if name not in environment.THREADED}, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """The results of this process, and those of one that finds other people's settings."""
    folder = tmp_path_factory.mktemp("settings")
    keras = {"floatx": "float64", "image_data_format": "channels_first", "backend": "jax"}
    (folder / "keras.json").write_text(json.dumps({**keras, "epsilon": 0.1}))
    (folder / "matplotlibrc").write_bytes(b"lines.linewidth: 9\nfont.size: 31\n# \xff\n")
    folders = dict.fromkeys(("KERAS_HOME", "MPLCONFIGDIR", "MATPLOTLIBRC"), str(folder))
    hostile = decided({**HOSTILE, **folders})
    here = results()
    received, complained = hostile.communicate()
    assert hostile.returncode == 0, complained
    return here, json.loads(received)


@pytest.mark.parametrize("name", ["fingerprint", "product", "figure"])
def test_leftover_settings_change_neither_the_fingerprint_nor_a_bit(
    both: tuple[dict[str, str], dict[str, str]], name: str
) -> None:
    here, hostile = both
    assert hostile[name] == here[name]


def test_equal_seeds_train_to_equal_bits_in_two_processes_of_different_settings(
    both: tuple[dict[str, str], dict[str, str]],
) -> None:
    here, hostile = both
    assert hostile["curves"] == here["curves"]
    assert hostile["scores"] == here["scores"]


def test_leftover_settings_would_have_changed_the_numbers() -> None:
    numpy_alone = "from tests.lib.test_environment import multiplied; print(multiplied())"
    unsettled = "import sys, types; sys.modules['lib'] = types.ModuleType('lib')\n"
    unsettled += "sys.modules['lib'].environment = types.SimpleNamespace(FIXED={}, THREADED=())\n"
    plain, hostile = (decided(given, unsettled + numpy_alone) for given in ({}, HOSTILE))
    (expected, said), (received, complained) = plain.communicate(), hostile.communicate()
    assert (plain.returncode, hostile.returncode) == (0, 0), said + complained
    assert received != expected


def test_what_a_library_read_before_lib_is_part_of_the_fingerprint() -> None:
    program = "import numpy, lib; from lib import environment as e; print(e.deciding())"
    late = decided({"NPY_DISABLE_CPU_FEATURES": "AVX512F", "TF_XLA_FLAGS": "x"}, program)
    said, complained = late.communicate()
    assert late.returncode == 0, complained
    assert "'NPY_DISABLE_CPU_FEATURES': 'AVX512F'" in said
    assert "TF_XLA_FLAGS" not in said


@pytest.mark.parametrize(
    ("name", "other"),
    [("floatx", "float64"), ("image_data_format", "channels_first"), ("epsilon", 0.1)],
)
def test_keras_with_other_settings_is_refused(name: str, other: object) -> None:
    """As it is if it was imported before `lib`, and read a `keras.json`."""
    from lib.training import set_seed  # not where `lib` is a stand-in

    set_seed(1)
    import keras

    change = getattr(keras.config, f"set_{name}")
    change(other)
    try:
        with pytest.raises(RuntimeError) as refused:
            set_seed(1)
    finally:
        change(environment.KERAS[name])
    expected = f"Expected Keras with {name}={environment.KERAS[name]}. Received: {name}={other}"
    assert expected in str(refused.value)
    set_seed(1)


def test_every_process_computes_with_one_thread_and_says_so() -> None:
    settled = environment.settled({"OMP_NUM_THREADS": "8"})
    assert {settled[name] for name in environment.THREADED} == {"1"}
    program = (
        "import os; from lib import environment as e;"
        "print(e.deciding(), {os.environ[name] for name in e.THREADED})"
    )
    for given in ({"OMP_NUM_THREADS": "8"}, {}):  # what nobody has set is set, too
        said, _ = decided(given, program).communicate()
        assert said == "{'threads': 1} {'1'}\n"


def test_ignored_variables_are_named_once_and_harmless_ones_are_kept() -> None:
    program = (
        "import os; from lib import environment as e; print(e.ignored()); e.settle();"
        "print(e.ignored(), os.environ['TF_CPP_MIN_LOG_LEVEL'], 'TF_XLA_FLAGS' in os.environ)"
    )
    given = {"TF_XLA_FLAGS": "x", "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}
    said, complained = decided(given, program).communicate()
    ignored = "['KERAS_BACKEND', 'TF_XLA_FLAGS']"
    assert said == f"{ignored}\n{ignored} 3 False\n", complained


@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "agg"])
def test_the_display_of_a_notebook_is_left_to_it(backend: str) -> None:
    kept = environment.settled({"MPLBACKEND": backend}).get("MPLBACKEND")
    assert kept == (backend if backend.startswith("module://") else None)
