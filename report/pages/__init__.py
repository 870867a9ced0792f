"""Lay out the answers on pages, and print them as a tagged PDF."""
