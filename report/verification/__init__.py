"""Check a PDF against itself and against the store, or against another PDF."""
