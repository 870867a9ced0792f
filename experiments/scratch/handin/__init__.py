"""Classify CIFAR-10 in plain NumPy: a hand-in that runs without the rest of the project."""
