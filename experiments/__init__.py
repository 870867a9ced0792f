"""One package a study, one module an experiment; `python -m experiments` runs them."""
