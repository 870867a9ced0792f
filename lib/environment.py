"""Keep environment variables and settings files from influencing results.

TensorFlow, Keras, NumPy and others read variables and settings files when they are imported. Those
that can change a result are removed or set here before that, when `lib` is imported, also in worker
processes. If a library was imported before `lib` and has already read them, they become part of the
fingerprint.
"""

import importlib.util
import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

# Prefixes of the variables that are removed, for each library that reads them.
DECIDING = {
    "tensorflow": ("TF_", "TF2_", "XLA_", "ONEDNN_", "DNNL_", "NVIDIA_TF32_OVERRIDE", "CUBLAS_"),
    "keras": ("KERAS_", "KERASTUNER_"),
    "numpy": (
        "NPY_",
        "OPENBLAS_",
        "GOTO_",
        "OMP_",
        "KMP_",
        "GOMP_",
        "MKL_",
        "BLIS_",
        "VECLIB_",
        "NUMEXPR_",
    ),
    "scipy": ("SCIPY_",),
    "sklearn": ("SKLEARN_",),
    "skimage": ("SKIMAGE_",),
}
# Variables that change no result: logging, memory, Terraform's, and those that scikit-learn sets.
HARMLESS = (
    "TF_CPP_",
    "TF_GPU_ALLOCATOR",
    "TF_FORCE_GPU_ALLOW_GROWTH",
    "TF_CLI_",
    "TF_VAR_",
    "KMP_DUPLICATE_LIB_OK",
    "KMP_INIT_AT_FORK",
)

# In every process. The order of sums depends on it, and two single-threaded trainings side by side
# take less time than the same two in sequence with two threads each.
THREADS = 1
THREADED = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
FIXED = {
    "KERAS_BACKEND": "tensorflow",
    # No path below a device exists: Keras finds no keras.json, uses its defaults and writes none.
    "KERAS_HOME": f"{os.devnull}/keras",
    "TF_ENABLE_ONEDNN_OPTS": "1",
    "TF2_BEHAVIOR": "1",  # as TensorFlow sets it when it is imported
}
KERAS = {
    "backend": "tensorflow",
    "floatx": "float32",
    "image_data_format": "channels_last",
    "epsilon": 1e-7,
}

_too_late: dict[str, str] = {}
_ignored: set[str] = set()


def settled(environ: Mapping[str, str]) -> dict[str, str]:
    """Copy an environment, with everything that influences results set or removed.

    >>> one = settled({"OMP_NUM_THREADS": "7", "TF_XLA_FLAGS": "--tf_xla_auto_jit=2", "A": "b"})
    >>> one["OMP_NUM_THREADS"], one["A"], "TF_XLA_FLAGS" in one
    ('1', 'b', False)
    """
    kept = {name: value for name, value in environ.items() if _reader(name) is None}
    if not kept.get("MPLBACKEND", "module://").startswith("module://"):  # as in Jupyter
        del kept["MPLBACKEND"]
    return {**kept, **FIXED, **_matplotlibrc(), **dict.fromkeys(THREADED, str(THREADS))}


def settle(environ: MutableMapping[str, str] = os.environ) -> None:
    """Apply `settled` to this process, and record what libraries have already read."""
    wanted = settled(environ)
    for name in environ.keys() - wanted.keys():
        _ignored.add(name)
        if _reader(name) in sys.modules:
            _too_late[name] = environ[name]
        del environ[name]
    for name, value in wanted.items():
        given = environ.get(name, value)
        if given != value:
            _ignored.add(name)
            if name not in THREADED and _reader(name) in sys.modules:
                _too_late[name] = given
        environ[name] = value
    _limit_loaded()


def ignored() -> list[str]:
    """Name the variables that were set differently and are ignored."""
    return sorted(_ignored - _too_late.keys())


def too_late() -> dict[str, str]:
    """Return the variables that a library read before they could be removed."""
    return dict(_too_late)


def deciding() -> dict[str, str | int]:
    """Return what in the environment influences results; this is part of the fingerprint."""
    return {"threads": THREADS, **_too_late}


def require_defaults() -> None:
    """Raise an error if Keras was imported before `lib` with settings other than ours.

    Raises:
        RuntimeError: its backend, precision or data format differs from what our models need.
    """
    import keras

    for name, expected in KERAS.items():
        received = getattr(keras.config, name)()
        if received != expected:
            raise RuntimeError(
                f"Expected Keras with {name}={expected}. Received: {name}={received}, from "
                "keras.json or KERAS_BACKEND; import lib before keras, and neither is read"
            )


def _reader(name: str) -> str | None:
    """Find the library whose results a variable may change; None if there is none."""
    if name.startswith(HARMLESS):
        return None
    found = (library for library, starts in DECIDING.items() if name.startswith(starts))
    return next(found, None)


def _matplotlibrc() -> dict[str, str]:
    """Point Matplotlib to its own settings, so that the user's are not read."""
    found = importlib.util.find_spec("matplotlib")
    folders = found.submodule_search_locations if found is not None else None
    return {"MATPLOTLIBRC": str(Path(next(iter(folders)), "mpl-data"))} if folders else {}


def _limit_loaded() -> None:
    """Limit the threads of libraries that have already read their variables."""
    if "numpy" in sys.modules:
        from threadpoolctl import threadpool_limits

        threadpool_limits(THREADS)
