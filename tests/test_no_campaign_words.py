"""No code knows one call: what a pack says is said nowhere else."""

import ast
import re
from pathlib import Path

import pytest

import app
from app import paths
from app.pack import shipped_campaigns

CODE = sorted(Path(app.__file__).parent.rglob("*.py"))


def words_of_the_calls() -> set[str]:
    words: set[str] = set()
    for campaign in shipped_campaigns():
        words |= {campaign.id, campaign.title, campaign.short_title, campaign.organizer}
        words |= {t.name for t in campaign.types} | {t.name for t in campaign.themes} | set(campaign.genres)
        words |= {c.address for c in campaign.channels} | {c.name for c in campaign.channels if c.kind != "email"}
        words |= {p.name for p in campaign.contacts} | {p.phone for p in campaign.contacts}
        words |= {f.title for f in campaign.forms if len(f.title) > 3} | set(campaign.unit_kinds)
        words |= set(re.findall(r"..省", campaign.organizer))
        if campaign.window:
            words |= {str(campaign.window.opens.year), str(campaign.window.closes)}
    return {word for word in words if len(word) >= 3}


def spoken(source: str) -> list[str]:
    """Return the strings of a module that are not docstrings: what the program acts on or says."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


@pytest.mark.parametrize("module", CODE, ids=lambda path: path.stem)
def test_no_module_speaks_a_word_of_a_call(module: Path) -> None:
    said = "\n".join(spoken(module.read_text(encoding="utf-8")))
    assert [word for word in sorted(words_of_the_calls()) if word in said] == []


def test_the_words_looked_for_are_those_of_the_shipped_calls() -> None:
    pack = "\n".join(p.read_text(encoding="utf-8") for p in paths.campaigns().glob("*.toml"))
    looked_for = words_of_the_calls()
    assert len(looked_for) > 15
    assert all(word in pack for word in looked_for)
