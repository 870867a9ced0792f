"""Freed memory is given back."""

import ctypes
import os
from pathlib import Path

import numpy as np
import pytest

from lib.memory import give_back
from tests.lifetimes import needs_proc


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@needs_proc
@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library than glibc"
)
def test_what_lies_before_something_still_used_goes_back_to_the_system() -> None:
    blocks = [np.ones(64 * 1024, np.uint8) for _ in range(2_000)]  # 125 MiB
    used = blocks[-1]
    del blocks
    kept = resident()
    give_back()
    assert kept - resident() > 100 * 2**20
    assert used.all()
