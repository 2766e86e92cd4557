"""Runs the benchmarks and prints one table: `python -m tests.benchmarks [name…] [--small]`.

A benchmark is a module of this package with `run(small: bool) -> list[Row]`, named in `BENCHMARKS`. `small` only shows
that it works; its figures mean nothing.
"""

import argparse
import importlib
import os
import platform
import sys
import time

from tests.benchmarks.measure import Row
from tests.benchmarks.table import table

BENCHMARKS = ("startup", "probe_speed", "export_speed", "memory", "scans", "window", "pack")


def main(arguments: list[str]) -> int:
    if sys.platform != "linux":
        print("The benchmarks read /proc: they run on Linux only.", file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description="What the program costs beside others.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"which: {', '.join(BENCHMARKS)} (all by default)")
    parser.add_argument("--small", action="store_true", help="very small sizes: do they still run?")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    # The pages are the same on every machine, and nothing of the user's is touched.
    os.environ["WEIYING_FONTS"] = "open"
    rows: list[Row] = []
    for name in options.names or BENCHMARKS:
        begin = time.monotonic()
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"tests.benchmarks.{name}").run(options.small)
        print(f"{time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, ", end="")
    print(f"Python {platform.python_version()}\n")
    if options.small:
        print("--small: these figures mean nothing.\n")
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
