"""Data sets: one module a set, each giving the same frozen `Split`; what to know before training.

Where files come from is in `locations`, generated data in `standin`; `exploration`, `duplicates`
and `similarity` look at a `Split` before any model does.
"""

from lib.data.locations import DataCorruptError, DataNotFoundError
from lib.data.scaling import denormalize, normalize
from lib.data.split import Split

__all__ = ["DataCorruptError", "DataNotFoundError", "Split", "denormalize", "normalize"]
