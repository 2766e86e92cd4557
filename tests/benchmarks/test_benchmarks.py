"""The benchmarks still run: on sizes that say nothing about speed."""

import importlib
import sys

import pytest

if sys.platform != "linux":
    pytest.skip("the benchmarks read /proc", allow_module_level=True)

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.measure import Row
from tests.benchmarks.table import table


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs_and_measures_ours_above_nothing(name: str) -> None:
    rows = importlib.import_module(f"tests.benchmarks.{name}").run(small=True)
    assert rows
    for row in rows:
        assert all(value > 0 for value in (*row.ours, *row.theirs)), row


def test_the_table_shows_medians_the_spread_of_ratios_and_whether_the_aim_is_met() -> None:
    rows = [
        Row("a", "cpu", "s", (1.0, 2.0, 4.0), "b", (8.0, 8.0, 8.0), ratio_aim=4),
        Row("a", "wall", "s", (1.0,), "b", (3.0,), ratio_aim=4),
        Row("a", "memory", "MB", (120.4,), limit=120),
    ]
    lines = [line.split() for line in table(rows).splitlines()[2:]]
    assert lines[0] == ["a", "cpu", "2", "s", "8", "s", "b", "4.00", "(2.00–8.00)", "≥", "4", "met"]
    assert lines[1][-3:] == ["≥", "4", "MISSED"]
    assert lines[2] == ["a", "memory", "120", "MB", "–", "<", "120", "MB", "MISSED"]
