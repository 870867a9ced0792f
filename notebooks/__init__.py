"""The studies as notebooks: scripts of cells here, executed into `experiments/`."""
