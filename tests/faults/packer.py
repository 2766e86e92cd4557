"""A process that packs, to be killed: says on standard output how far it is, a line a step, and `whole` at the end."""

import pickle
import resource
import sys
from pathlib import Path

from app.exporters.meter import Step
from app.exporters.package import package
from tests.submissions import TODAY


def main(order_file: str, out: str, kind: str, largest: str = "") -> None:
    """Pack a pickled order below `out` as a `folder` or a `zip`; `largest` is how many bytes a file may have."""
    if largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), int(largest)))
    order = pickle.loads(Path(order_file).read_bytes())  # our own test wrote it

    def say(step: Step) -> None:
        print(step.phase, step.done, step.total, step.name, flush=True)

    packed = package(order, Path(out), TODAY, as_zip=kind == "zip", progress=say, fonts="open")
    print("whole", packed.manifest_sha256, packed.resumed, packed.path, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
