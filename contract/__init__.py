"""What the two sides of the store share: names, page sizes, and the hashing of definitions.

`lib.tracking` writes runs under these names and `report` reads them; neither imports the other.
Only the standard library is imported here.
"""
