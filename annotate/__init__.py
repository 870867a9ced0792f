"""A local page on which a person judges why samples were misclassified."""
