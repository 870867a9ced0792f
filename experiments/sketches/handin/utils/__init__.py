"""What the three programs share; the networks themselves are in the programs."""
