"""What holds for all tests."""

from hypothesis import settings

# The same examples at every call, so that no test passes or fails by luck; and no deadline an
# example, since a slow machine is no mistake (a test that hangs meets pytest's own timeout).
settings.register_profile("vouch", derandomize=True, deadline=None)
settings.load_profile("vouch")
