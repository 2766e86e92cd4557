"""What can be checked of the Windows installer without Windows: versions, manifest, script, workflow."""

import ast
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import app
from app.errors import AppError
from installer.windows import version_resource

ROOT = Path(__file__).resolve().parent.parent.parent
WINDOWS = ROOT / "installer" / "windows"
WORKFLOW = (ROOT / ".github" / "workflows" / "windows.yml").read_text(encoding="utf-8")
SETUP = (WINDOWS / "weiying.iss").read_text(encoding="utf-8")


def test_the_version_resource_is_one_expression_with_the_programs_version() -> None:
    text = version_resource.text(app.__version__)
    ast.parse(text, mode="eval")
    numbers = tuple(int(part) for part in f"{app.__version__}.0".split("."))
    assert f"filevers={numbers}" in text
    assert text.count(f"'{app.__version__}'") == 2


@pytest.mark.parametrize("version", ["", "1.2", "1.2.3rc1", "1.2.3.4.5"])
def test_a_version_that_windows_cannot_hold_is_refused(version: str) -> None:
    with pytest.raises(AppError, match="版本号"):
        version_resource.text(version)


def test_the_manifest_asks_for_long_paths_and_for_no_rights() -> None:
    tree = ET.parse(WINDOWS / "weiying.manifest")
    assert [node.text for node in tree.iter() if node.tag.endswith("}longPathAware")] == ["true"]
    [level] = [node for node in tree.iter() if node.tag.endswith("}requestedExecutionLevel")]
    assert level.get("level") == "asInvoker"


def test_the_setup_needs_no_administrator_and_keeps_what_the_user_made() -> None:
    assert "PrivilegesRequired=lowest" in SETUP
    assert "ChineseSimplified.isl" in SETUP
    deleted = re.findall(r'^Type: \w+; Name: "([^"]+)"', SETUP, re.MULTILINE)
    assert deleted == [r"{app}\_internal"]
    assert "[UninstallDelete]" not in SETUP
    assert r"DefaultDirName={localappdata}\Programs\weiying" in SETUP


def test_double_clicking_a_draft_opens_it_and_removal_forgets_that() -> None:
    keys = dict(re.findall(r'Subkey: "(Software\\Classes\\[^"]+)".*ValueData: (".+?"); Flags|$^', SETUP))
    assert keys == {
        r"Software\Classes\.weiying": '"weiying.draft"',
        r"Software\Classes\weiying.draft": '"{#Name}草稿"',
    }
    assert r'shell\open\command"; ValueType: string; ValueData: """{app}\weiyingw.exe"" ""%1"""' in SETUP
    assert "ChangesAssociations=yes" in SETUP


def test_what_the_setup_says_is_chinese() -> None:
    said = re.findall(r'(?:Description: |^Name: "\{group\}\\)"?([^";]+)"', SETUP, re.MULTILINE)
    assert len(said) >= 4
    assert all(re.search("[一-龥]|{#Name}", text) for text in said)
    # The licence is shown by the program; nobody is asked to agree to an English text.
    assert "LicenseFile" not in SETUP


def test_files_that_the_script_and_the_workflow_name_are_there() -> None:
    for name in re.findall(r"=\.\.\\\.\.\\(\S+)", SETUP):
        path = ROOT / name.replace("\\", "/")
        assert path.exists() or path.is_relative_to(ROOT / "build") or path == ROOT / "dist", name
    for name in re.findall(r"installer[/\\][\w/\\.]+", WORKFLOW):
        assert (ROOT / name.replace("\\", "/")).exists(), name
    for name in re.findall(r"-m (installer[\w.]+)", WORKFLOW):
        assert (ROOT / (name.replace(".", "/") + ".py")).exists(), name
