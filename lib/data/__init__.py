"""Data sets, one module each, loaded as a frozen `Split`, and their analysis before training.

`locations` finds files, `standin` generates data; `exploration`, `duplicates` and `similarity`
analyse a `Split`.
"""

from lib.data.locations import DataCorruptError, DataNotFoundError
from lib.data.scaling import denormalize, normalize
from lib.data.split import Split

__all__ = ["DataCorruptError", "DataNotFoundError", "Split", "denormalize", "normalize"]
