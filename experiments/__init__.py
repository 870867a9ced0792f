"""One package per study, one module per experiment; `python -m experiments` runs them."""
