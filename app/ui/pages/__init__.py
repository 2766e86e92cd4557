"""The wizard's pages, one file each."""
