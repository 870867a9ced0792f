"""The tracking tests' empty store, for searches that are recorded in one."""

from tests.lib.tracking.conftest import folder, migrated, study

__all__ = ["folder", "migrated", "study"]
