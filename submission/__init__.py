"""What a group hands in: the PDF and a zip of the code, or all that is missing for them."""
