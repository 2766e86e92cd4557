"""How to run a program that may not read what its rights forbid, even when root runs the tests."""

import sys

# Takes from root the two rights that pass over a file's permissions (capability(7)); others have them not.
_DROP = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
if os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    for right in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if libc.prctl(PR_CAPBSET_DROP, right, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
os.execv(sys.argv[1], sys.argv[1:])
"""

# Put this before a command's words.
WITHOUT_ROOT_S_RIGHTS = [sys.executable, "-c", _DROP]
