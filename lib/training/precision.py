"""Train in mixed precision on processors that gain from it.

In Keras' `mixed_bfloat16`, layers compute with bfloat16 and keep their weights in float32. The last
layer of a model, its loss and its metrics stay in float32: build that layer with `dtype="float32"`.
A processor with AVX512-BF16 or AMX trains convolutional networks at twice the speed that way; on
others, bfloat16 is emulated and slower.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.training.backend import start_backend

FLOAT32, MIXED = "float32", "mixed"  # what a stage may ask for
SPEEDING = frozenset({"avx512_bf16", "amx_bf16"})  # flags of processors that gain


@functools.cache
def gains(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Tell whether this processor computes faster with bfloat16; False if that is unknown."""
    if not cpuinfo.is_file():
        return False
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    flags = (line.partition(":")[2].split() for line in lines if line.startswith("flags"))
    return not SPEEDING.isdisjoint(next(flags, ()))


def dtype_policy(precision: str) -> str:
    """Name Keras' dtype policy for a precision, on this processor.

    >>> dtype_policy("float32")
    'float32'

    Raises:
        ValueError: there is no such precision.
    """
    if precision not in (FLOAT32, MIXED):
        raise ValueError(f"Expected {FLOAT32} or {MIXED}. Received: {precision=}")
    return "mixed_bfloat16" if precision == MIXED and gains() else "float32"


@contextmanager
def models_of(policy: str) -> Iterator[None]:
    """Build models with one of Keras' dtype policies inside the block."""
    if policy == "float32":  # Keras' own, see `lib.environment`
        yield
        return
    start_backend()
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
