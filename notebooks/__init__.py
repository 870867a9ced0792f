"""The studies as notebooks: scripts here, executed notebooks in `experiments/`."""
