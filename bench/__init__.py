"""Measure speed and memory against the goals that the project set itself: `tox run -e bench`."""
