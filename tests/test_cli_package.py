"""`weiying package` and `weiying verify` as other programs call them; and that nothing leaves the computer."""

import json
import os
import subprocess
import sys
from pathlib import Path

import bagit
import msgspec
import pytest

from app.draft import Video
from app.pack import find_campaign
from tests.films import film
from tests.submissions import complete_draft, submission
from tests.test_cli import ROOT, weiying


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's folder for the processes of a test."""
    monkeypatch.setenv("WEIYING_DATA_DIR", str(tmp_path / "user"))
    return tmp_path / "user"


def test_a_complete_draft_becomes_a_package_that_verifies(tmp_path: Path, user: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    result = weiying("package", draft_path, "--out", tmp_path / "出", "--json")
    assert (result.returncode, result.stderr) == (0, "")
    answer = json.loads(result.stdout)
    path = Path(answer["package"])
    assert (answer["complete"], answer["missing"], answer["campaign"]) == (True, [], find_campaign("").id)
    bagit.Bag(str(path)).validate()
    verified = weiying("verify", path, "--json")
    assert verified.returncode == 0
    told = json.loads(verified.stdout)
    assert (told["ok"], told["complete"], told["problems"]) == (True, True, [])
    assert (told["files"], told["manifest_sha256"]) == (answer["files"], answer["manifest_sha256"])
    (line,) = (user / "history.jsonl").read_text(encoding="utf-8").splitlines()
    remembered = json.loads(line)
    assert remembered["manifest_sha256"] == answer["manifest_sha256"]
    assert remembered["recipient"] == find_campaign("").organizer
    assert remembered["package"] == str(path)


def test_an_incomplete_draft_is_packed_named_so_and_exit_status_one(tmp_path: Path, user: Path) -> None:
    draft = complete_draft(1)
    work = msgspec.structs.replace(draft.works[0], video=Video(""), theme="")
    draft_path = submission(tmp_path / "稿", draft=msgspec.structs.replace(draft, works=(work,)))
    result = weiying("package", draft_path, "--out", tmp_path / "出")
    assert result.returncode == 1
    assert "这个包还不完整" in result.stdout
    assert "还没有选择视频文件" in result.stdout
    (path,) = (tmp_path / "出").iterdir()
    assert path.name.startswith("【未完成】")
    verified = weiying("verify", path)
    assert verified.returncode == 0
    assert "打包时就注明了“未完成”" in verified.stdout


def test_a_damaged_package_is_told_in_words_and_exit_status_one(tmp_path: Path, user: Path) -> None:
    weiying("package", submission(tmp_path / "稿"), "--out", tmp_path / "出", "--zip")
    (zipped,) = (tmp_path / "出").iterdir()
    assert zipped.suffix == ".zip"
    assert weiying("verify", zipped).returncode == 0
    data = bytearray(zipped.read_bytes())
    # The film comes first.
    data[100_000] ^= 1
    zipped.write_bytes(data)
    result = weiying("verify", zipped)
    assert (result.returncode, result.stderr) == (1, "")
    assert "与清单不符" in result.stdout
    assert ".mp4" in result.stdout
    answer = json.loads(weiying("verify", zipped, "--json").stdout)
    assert not answer["ok"]
    assert {p["kind"] for p in answer["problems"]} == {"changed"}


@pytest.mark.parametrize("zipped", [False, True])
def test_package_takes_the_scans_that_lie_beside_the_draft_or_in_a_folder(
    tmp_path: Path, user: Path, zipped: bool
) -> None:
    draft_path = submission(tmp_path / "稿")
    scans = tmp_path / "扫描"
    scans.mkdir()
    (scans / "汇总表.pdf").write_bytes(b"%PDF")
    result = weiying("package", draft_path, "--out", tmp_path / "出", "--scans", scans, "--json", *["--zip"] * zipped)
    assert not any("汇总表" in text for text in json.loads(result.stdout)["unstamped"])
    verified = json.loads(weiying("verify", json.loads(result.stdout)["package"], "--json").stdout)
    assert verified["ok"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["package", "没有.weiying", "--out", "x"], "没有.weiying"),
        (["package", "x"], "--out"),
        (["verify"], "报送包"),
        (["verify", "没有"], "没有"),
        (["verify", "pyproject.toml"], "pyproject.toml"),
        (["verify", "installer"], "installer"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_status_two(arguments: list[str], named: str) -> None:
    result = weiying(*arguments)
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("错误：")
    assert named in line


@pytest.mark.parametrize("command", ["package", "verify"])
def test_help_is_chinese(command: str) -> None:
    result = weiying(command, "--help")
    assert result.returncode == 0
    assert not {"usage", "options", "positional", "show this"} & set(result.stdout.split())


# Written into a folder that every Python process of the path, children too, imports first of all.
WATCH = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        with open(os.environ["WATCHED"], "a", encoding="utf-8") as log:
            log.write(f"{event} {arguments}\\\\n")
sys.addaudithook(watch)
with open(os.environ["WATCHED"] + ".started", "a", encoding="utf-8") as log:
    log.write("x")
"""


def test_the_whole_path_runs_without_any_network_and_opens_no_socket(tmp_path: Path) -> None:
    draft_path = submission(tmp_path / "稿")
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH.replace("\\\\n", "\\n"), encoding="utf-8")
    log = tmp_path / "sockets.log"
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path / 'watch'}{os.pathsep}{ROOT}",
        "WEIYING_DATA_DIR": str(tmp_path / "user"),
        "WATCHED": str(log),
    }

    def alone(*arguments: object) -> str:
        # A network namespace of its own has no interface but a loopback that is down.
        command = [
            "unshare",
            "--net",
            *["--map-root-user"] * bool(os.geteuid()),
            sys.executable,
            "-m",
            "app",
            *map(str, arguments),
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    alone("check", film(seconds=61.0, created="2024-05-01T00:00:00Z", sound=True))
    alone("export", draft_path, "--out", tmp_path / "表")
    package = json.loads(alone("package", draft_path, "--out", tmp_path / "出", "--json"))["package"]
    alone("verify", package)
    alone("gather", package, "--out", tmp_path / "汇总.weiying")
    alone("mail", draft_path, package, "--out", tmp_path / "信")
    alone("sheet", draft_path, "--out", tmp_path / "对照表.pdf")
    # Seven commands, and the probe's children of four of them.
    assert len(Path(f"{log}.started").read_text(encoding="utf-8")) >= 11
    assert not log.exists(), log.read_text(encoding="utf-8")


def test_the_watch_would_see_a_socket(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH.replace("\\\\n", "\\n"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "WATCHED": str(tmp_path / "log")}
    subprocess.run([sys.executable, "-c", "import socket; socket.socket().close()"], env=environment, check=True)
    assert "socket.__new__" in (tmp_path / "log").read_text(encoding="utf-8")
