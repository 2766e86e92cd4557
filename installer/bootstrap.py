# -*- coding: utf-8 -*-  # noqa: UP009
"""Set everything up and start the application or its tests: `python3 installer/bootstrap.py run` or `... test`.

Only this file must be readable by an old Python, so that it can say what is wrong; the rest needs 3.11.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036  (the one place where an older Python is expected)
    sys.exit(
        "需要 Python 3.11 或更高版本，当前是 Python {}.{}。请安装新版 Python 后，用它重新运行本命令。".format(
            *sys.version_info[:2]
        )
    )

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120

from installer import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
