"""Make what a group hands in, the PDF and a zip of the code, or list what is missing."""
