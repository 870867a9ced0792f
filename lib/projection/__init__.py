"""Projections of images to fewer numbers."""
