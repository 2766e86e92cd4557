"""What the documents say is so: files are there, commands are known and run, the example of a call works."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from app import cli
from app.draft import Draft, Unit, Video, Work
from app.pack import find_campaign
from app.storage import save_draft
from tests.films import film

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "installer" / "README.md", *ROOT.glob("docs/*.md")]
DOCUMENTS += sorted((ROOT / "resources" / "help").glob("*.md"))
EXAMPLE = ROOT / "docs" / "campus-2032.toml"
# The pages whose pictures installer/make_pictures.py takes.
PAGES = ["开始", "报送单位", "添加视频", "作品信息", "审片确认", "核对", "导出与打印", "盖章回收", "打包报送"]
PICTURES = {f"{number}-{page}.png" for number, page in enumerate(PAGES, 1)}
PICTURES |= {f"表格-{form}.png" for form in ("承诺书", "报名表", "汇总表")}


def heading_links(text: str) -> set[str]:
    """Return the addresses of a document's headings, as forges make them."""
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def commands(path: Path) -> list[str]:
    """Return the lines of a document's blocks that call the program."""
    blocks = re.findall(r"^```\n(.+?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.split("  ")[0] for block in blocks for line in block.splitlines() if line.startswith("weiying ")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        name, _, heading = unquote(target).partition("#")
        place = path.parent / name if name else path
        if place.name in PICTURES:
            continue
        assert place.exists(), target
        assert not heading or heading in heading_links(place.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("path", DOCUMENTS[:6], ids=lambda path: path.name)
def test_every_file_of_the_project_that_is_named_is_there(path: Path) -> None:
    named = re.findall(r"`((?:app|docs|installer|resources|tests)/[\w/.\-]+)`", path.read_text(encoding="utf-8"))
    ways = [name for name in named if not name.startswith("resources/fonts")]
    assert not [name for name in ways if not (ROOT / name).exists()]


def test_the_commands_of_the_readme_do_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "片子.mp4").write_bytes(film(width=1920, height=1080).read_bytes())
    (tmp_path / "文件夹").mkdir()
    work = Work(id="a", title="光影", video=Video("片子.mp4"))
    save_draft(Draft(campaign=find_campaign("").id, works=(work,)), tmp_path / "草稿.weiying")
    lines = commands(ROOT / "README.md")
    assert {line.split()[1] for line in lines} >= {"check", "export", "package", "verify", "demo"}
    for line in lines:
        assert cli.main(line.split()[1:]) in {0, 1}, line
        made = list((tmp_path / "文件夹").glob("*/bagit.txt"))
        if made and not (tmp_path / "报送包").exists():
            (tmp_path / "报送包").symlink_to(made[0].parent)
    assert (tmp_path / "报送包").exists()


@pytest.mark.parametrize("path", DOCUMENTS[:6], ids=lambda path: path.name)
def test_every_command_that_is_named_is_known(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    known = set(re.findall(r"weiying (\w+)", capsys.readouterr().out))
    named = re.findall(r"`weiying (\w[\w|]*)", path.read_text(encoding="utf-8"))
    assert {word for words in named for word in words.split("|")} <= known


def test_the_picture_of_the_architecture_is_that_of_the_import_contract() -> None:
    text = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
    picture, prose = re.findall(r"## Architecture.*?```\n(.+?)```\n\n(.+?)\n\n", text, re.DOTALL)[0]
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]
    layer = {module: n for n, line in enumerate(contract["layers"]) for module in line.split(" | ")}
    drawn = {"discover", "probe", "probe_child", "frames", "frames_child", "pack", "validators", "storage", "exporters"}
    drawn |= {"scan_reading", "scan_child", "stamping", "ui", "cli", "verify", "gather", "package"}
    assert drawn <= set(re.findall(r"[a-z_]+", picture))
    modules = {path.stem for path in ROOT.glob("app/**/*.py")} | {path.parent.name for path in ROOT.glob("app/**/*.py")}
    assert drawn <= modules
    # The prose names the layers from the top.
    named = [name for words in re.findall(r"`([a-z_| ]+)`", prose) for name in words.split(" | ") if name in layer]
    assert len(named) >= 12
    order = [layer[name] for name in named if name != "probe_child"]
    assert order == sorted(order)


def test_the_example_of_a_call_checks_films_and_prints_its_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    campaign = find_campaign(str(EXAMPLE))
    upright = film("竖.mp4", width=1080, height=1920)
    assert cli.main(["check", "--campaign", str(EXAMPLE), str(upright)]) == 0
    long = film("长.mp4", width=1920, height=1080, seconds=181.0)
    assert cli.main(["check", "--campaign", str(EXAMPLE), str(long)]) == 1
    assert campaign.types[0].clause in capsys.readouterr().out
    draft = Draft(
        campaign=str(EXAMPLE), unit=Unit(name="示范大学"),
        works=(Work(id="a", title="春", video=Video(str(upright)), declarations={"original": True}),),
    )  # fmt: skip
    save_draft(draft, tmp_path / "稿.weiying")
    assert cli.main(["export", str(tmp_path / "稿.weiying"), "--out", str(tmp_path / "表格")]) == 0
    (card,) = (tmp_path / "表格").rglob("作品登记卡.pdf")
    text = "".join(page.extract_text() for page in PdfReader(card).pages).replace("\n", "")
    assert "示范大学报送《春》，类型：微视频，时长 01 分 00 秒。" in text
