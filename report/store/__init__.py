"""Read the store: its runs, what they hold, whether they are still current, and who cites them."""
