"""Freed memory is given back."""

import ctypes

import numpy as np
import psutil
import pytest

from lib.memory import give_back


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library than glibc"
)
def test_what_lies_before_something_still_used_goes_back_to_the_system() -> None:
    blocks = [np.ones(64 * 1024, np.uint8) for _ in range(2_000)]  # 125 MiB
    used = blocks[-1]
    del blocks
    kept = psutil.Process().memory_info().rss
    give_back()
    assert kept - psutil.Process().memory_info().rss > 100 * 2**20
    assert used.all()
