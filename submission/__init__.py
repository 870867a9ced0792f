"""Make the files to hand in, a PDF and a zip of the code, or list what is missing."""
