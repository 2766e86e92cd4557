"""The door: a worker child, the command line, or the window.

Imports are inside the branches on purpose: a child must start fast, and only the window needs Qt.
"""

import gc
import os
import sys


def main() -> int:
    """Dispatch on the first argument; return the exit status."""
    arguments = _take_data_dir(sys.argv[1:])
    first = arguments[0] if arguments else ""
    if first == "--probe-child":
        from app import probe_child

        return probe_child.main()
    if first == "--film-child":
        from app import film_child

        return film_child.main()
    if first == "--frames-child":
        from app import frames_child

        return frames_child.main()
    if first == "--scan-child":
        from app import scan_child

        return scan_child.main()
    from app import cli

    if cli.wants(arguments):
        return cli.main(arguments)
    # Modules stay for good; to look for garbage among them takes a tenth of the start. The window turns it on again.
    gc.disable()
    from app.ui import main as window

    status: int = window.main(arguments)
    return status


def _take_data_dir(arguments: list[str]) -> list[str]:
    """Take `--data-dir FOLDER` off the front: the folder is the user's for this process and for its children."""
    if len(arguments) < 2 or arguments[0] != "--data-dir":
        return arguments
    from app.paths import DATA_DIR_VARIABLE

    os.environ[DATA_DIR_VARIABLE] = os.path.abspath(arguments[1])  # noqa: PTH100  (a path must not be resolved)
    return arguments[2:]


if __name__ == "__main__":
    sys.exit(main())
