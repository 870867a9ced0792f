"""Figures built from computed numbers: each function takes arrays or tables and returns a Figure.

None of them saves, shows or touches pyplot's state; `lib.figures.style.svg` renders a figure to
bytes, which are the same for the same numbers.
"""
