"""`--data-dir`, or a folder beside the built program, takes everything that is the user's, also for the children."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path, *arguments: str, executable: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    # Started as the built program is: by its own main, in a folder that is not the source tree.
    frozen = f"sys.frozen, sys.executable = True, {str(executable)!r}" if executable else ""
    code = f"""
import sys
{frozen}
sys.path.insert(0, {str(ROOT)!r})
from app.__main__ import main
status = main()
from app.paths import cache_dir, data_dir
from app.paths import way_of_running
print(data_dir(), cache_dir(), way_of_running(), sep="\\n")
sys.exit(status)
"""
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "LC_ALL": "C.UTF-8", **more},
    )


def test_what_is_the_users_lies_in_the_folder_beside_the_program(tmp_path: Path) -> None:
    done = run(tmp_path, "--data-dir", "U 盘/数据", "--version")
    assert done.returncode == 0, done.stderr
    version, data, cache, _ = done.stdout.splitlines()
    assert "微影报送助手" in version
    assert Path(data) == tmp_path / "U 盘" / "数据"
    assert Path(cache).is_relative_to(data)


def test_without_a_folder_it_is_a_usage_error(tmp_path: Path) -> None:
    done = run(tmp_path, "--data-dir")
    assert done.returncode == 2
    assert done.stderr.startswith("错误：")
    assert "Traceback" not in done.stderr


def test_a_folder_beside_the_built_programs_makes_it_portable(tmp_path: Path) -> None:
    program = tmp_path / "U 盘" / "weiying" / "weiying"
    program.parent.mkdir(parents=True)
    data = tmp_path / "U 盘" / "微影报送助手数据"
    usual = run(tmp_path, "--version", executable=program).stdout.splitlines()
    assert Path(usual[1]).is_relative_to("/nowhere")
    assert usual[3] == "安装版"
    data.write_text("一个同名的文件", encoding="utf-8")
    assert run(tmp_path, "--version", executable=program).stdout.splitlines() == usual
    data.unlink()
    data.mkdir()
    assert run(tmp_path, "--version", executable=program).stdout.splitlines()[1:] == [
        str(data), str(data / "cache"), "便携",
    ]  # fmt: skip
    # From the source tree, and where a folder is named, it is nothing but a folder.
    assert Path(run(tmp_path, "--version").stdout.splitlines()[1]).is_relative_to("/nowhere")
    named = str(tmp_path / "别处")
    asked = run(tmp_path, "--data-dir", named, "--version", executable=program)
    assert asked.stdout.splitlines()[1] == named
    assert run(tmp_path, "--version", executable=program, WEIYING_DATA_DIR=named).stdout.splitlines()[1] == named
