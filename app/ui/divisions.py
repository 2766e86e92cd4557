"""Provinces, cities and counties, offline (`resources/divisions.json`)."""

import json
from functools import cache

from app import paths

Divisions = dict[str, dict[str, list[str]]]


@cache
def divisions() -> Divisions:
    """Return the counties by city by province, in the official order."""
    text = (paths.resources() / "divisions.json").read_text(encoding="utf-8")
    found: Divisions = json.loads(text)["divisions"]
    return found


def provinces() -> tuple[str, ...]:
    """Return the provinces, autonomous regions and municipalities."""
    return tuple(divisions())


def cities(province: str) -> tuple[str, ...]:
    """Return the cities of a province; nothing for one that is not known."""
    return tuple(divisions().get(province.strip(), {}))


def counties(province: str, city: str) -> tuple[str, ...]:
    """Return the counties and districts of a city; nothing for one that is not known."""
    return tuple(divisions().get(province.strip(), {}).get(city.strip(), ()))
