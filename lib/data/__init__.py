"""Data sets as frozen `Split`s, and their analysis before training.

`sets` loads each data set or generates a stand-in, `files` finds and reads what they are published
as; `exploration`, `duplicates` and `similarity` analyse a `Split`.
"""

from lib.data.files.locations import DataCorruptError, DataNotFoundError
from lib.data.scaling import denormalize, normalize
from lib.data.split import Split

__all__ = ["DataCorruptError", "DataNotFoundError", "Split", "denormalize", "normalize"]
