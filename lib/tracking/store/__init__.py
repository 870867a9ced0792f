"""Open the store, reach it, say what is wrong with it, and know which of it is ours."""

from lib.tracking.store.location import Location, StoreError, locate, one_at_a_time
from lib.tracking.store.opening import connect, eraser, model_eraser, reading

__all__ = [
    "Location",
    "StoreError",
    "connect",
    "eraser",
    "locate",
    "model_eraser",
    "one_at_a_time",
    "reading",
]
