"""Classify CIFAR-10 in plain NumPy: a hand-in that is complete without the project around it."""
