"""What the two sides of the store share: names, hashes of definitions, MLflow's tables.

`lib.tracking` writes runs under these names and `report` reads them; neither imports the other.
Only the standard library is imported here.
"""
