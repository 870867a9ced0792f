"""Dimensionality reduction of images."""
