"""Read the store: its runs, their contents, whether they are current, and which are cited."""
