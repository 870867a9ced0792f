"""Figures built from computed numbers: each function takes arrays or tables and returns a Figure.

None of them saves, shows or touches pyplot's state; `lib.figures.style.svg` turns a figure into
bytes, the same bytes for the same numbers.
"""
