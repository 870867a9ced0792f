"""What the two sides of the store agree on: names, page measures, and how a definition is hashed.

`lib.tracking` writes runs by these names and `report` reads by them; neither imports the other.
Nothing here imports anything but the standard library.
"""
