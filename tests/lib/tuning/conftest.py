"""The tracking tests' empty store, for searches that are recorded in one."""

from tests.lib.tracking.conftest import folder, study

__all__ = ["folder", "study"]
