"""Write runs and all they hold, read them back, cite them, and remove superseded ones."""
