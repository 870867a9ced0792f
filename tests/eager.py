"""Eager computing, for tests of trainings of few steps: tracing costs as much as ten steps."""

from lib.training.mode import Mode, computing

EAGER = Mode(eager=True)
eagerly = computing(EAGER)  # decorates a test or what it calls
