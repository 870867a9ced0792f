"""The hand-in: three programs and their shared code, which run without the project."""
