"""Lay the answers out as pages, and print them as a tagged PDF."""
