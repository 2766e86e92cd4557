"""Set-up from a clone, and how the program is built for each system. Standard library only."""
