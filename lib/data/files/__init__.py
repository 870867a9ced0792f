"""Published files: found, checked by their hashes, and decoded."""
