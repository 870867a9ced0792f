"""The hand-in: three programs and what they share, without the project."""
