"""Faults made for real: processes killed, disks full, taken away, read-only."""
