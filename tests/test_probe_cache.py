import json
import os
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.media import FACTS_VERSION, MediaFacts
from app.probe_cache import ProbeCache, Stamp

FACTS = MediaFacts(
    container="MPEG-4", brand="isom", compatible_brands=("isom", "mp41"), duration_ms=300_900, width=1280
)


def test_what_was_put_in_is_there_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "缓存" / "films.json"
    cache = ProbeCache(file)
    names = ["/片/第1集.mp4", "/\n🎬.mp4", os.fsdecode(b"/\xff\xfe.mp4") if os.name == "posix" else "C:\\a.mp4"]
    for number, name in enumerate(names):
        cache.put(name, Stamp(number, 10**18 + number), FACTS)
    cache.save()
    again = ProbeCache(file)
    assert [again.get(name) for name in names] == [(Stamp(n, 10**18 + n), FACTS) for n in range(3)]
    assert again.get("/另一个.mp4") is None


def test_the_least_recently_used_films_go_first(tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "films.json", most=3)
    for name in ("a", "b", "c"):
        cache.put(name, Stamp(1, 1), FACTS)
    assert cache.get("a") is not None
    cache.put("d", Stamp(1, 1), FACTS)
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "null", "中", '{"version": 1}', '{"version": 1, "films": 3}'),
        '{"version": 1, "films": [["a"]]}',
        '{"version": 1, "films": [["a", 1, 1, {"width": "wide"}]]}',
        '{"version": 1, "films": [[[], 1, 1, {}]]}',
        '{"version": 1, "films": [["a", 1, Infinity, {}]]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_cache_is_an_empty_one(tmp_path: Path, text: str) -> None:
    file = tmp_path / "films.json"
    file.write_text(text, encoding="utf-8")
    cache = ProbeCache(file)
    assert cache.get("a") is None
    cache.put("a", Stamp(1, 1), FACTS)
    cache.save()
    assert ProbeCache(file).get("a") == (Stamp(1, 1), FACTS)


@given(st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_content_of_the_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "films.json").write_bytes(content)
    assert ProbeCache(tmp_path / "films.json").get("a") is None


def test_facts_of_another_version_are_dropped(tmp_path: Path) -> None:
    file = tmp_path / "films.json"
    films = [["a", 1, 1, msgspec.to_builtins(FACTS)]]
    file.write_text(json.dumps({"version": FACTS_VERSION, "films": films}), encoding="utf-8")
    assert ProbeCache(file).get("a") is not None
    file.write_text(json.dumps({"version": FACTS_VERSION + 1, "films": films}), encoding="utf-8")
    assert ProbeCache(file).get("a") is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = ProbeCache(tmp_path / "file" / "films.json")
    cache.put("a", Stamp(1, 1), FACTS)
    cache.save()
    assert cache.get("a") is not None
    (tmp_path / "films.json").mkdir()
    cache = ProbeCache(tmp_path / "films.json")
    cache.put("a", Stamp(1, 1), FACTS)
    cache.save()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "films.json"]


def test_only_a_changed_cache_is_written(tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "films.json")
    cache.save()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_only_its_owner_can_read_which_films_one_has(tmp_path: Path) -> None:
    cache = ProbeCache(tmp_path / "films.json")
    cache.put("a", Stamp(1, 1), FACTS)
    cache.save()
    assert stat.S_IMODE((tmp_path / "films.json").stat().st_mode) == 0o600
