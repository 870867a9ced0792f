"""Data sets, one module each, loaded as a frozen `Split`, and their generated stand-ins."""
