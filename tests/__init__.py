"""Tests, by the rooms of the project. A package, since one that is installed is called so, too."""
