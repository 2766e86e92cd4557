"""What the program costs beside the programs it stands in for: `python -m tests.benchmarks` (Linux)."""
