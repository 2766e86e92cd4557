"""What the system says is told in Chinese."""

import errno
import os
from pathlib import Path

import pytest

from app.errors import os_reason


def test_what_the_system_refuses_is_said_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    for act in (
        lambda: (tmp_path / "没有").read_bytes(),
        lambda: (tmp_path / "a" / "b").read_bytes(),
        lambda: tmp_path.read_bytes(),
        lambda: (tmp_path / ("长" * 200)).read_bytes(),
        lambda: tmp_path.mkdir(),
    ):
        with pytest.raises(OSError, match=r"\[Errno") as refused:
            act()
        words = os_reason(refused.value)
        assert words
        assert not any(letter.isascii() for letter in words), words


def test_what_is_rare_is_said_in_the_systems_own_words() -> None:
    assert os_reason(OSError(errno.EPROTO, os.strerror(errno.EPROTO))) == os.strerror(errno.EPROTO)
    assert os_reason(OSError("damaged")) == "damaged"
