"""`--data-dir` puts everything that is the user's into one folder, for the program and its children."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Started as the built program is: by its own main, in a folder that is not the source tree.
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from app.__main__ import main
status = main()
from app.paths import cache_dir, data_dir
print(data_dir(), cache_dir(), sep="\\n")
sys.exit(status)
"""
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C.UTF-8"},
    )


def test_what_is_the_users_lies_in_the_folder_beside_the_program(tmp_path: Path) -> None:
    done = run(tmp_path, "--data-dir", "U 盘/数据", "--version")
    assert done.returncode == 0, done.stderr
    version, data, cache = done.stdout.splitlines()
    assert "微影报送助手" in version
    assert Path(data) == tmp_path / "U 盘" / "数据"
    assert Path(cache).is_relative_to(data)


def test_without_a_folder_it_is_a_usage_error(tmp_path: Path) -> None:
    done = run(tmp_path, "--data-dir")
    assert done.returncode == 2
    assert done.stderr.startswith("错误：")
    assert "Traceback" not in done.stderr
