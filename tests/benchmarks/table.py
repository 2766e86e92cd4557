"""The table of the benchmarks, as plain text."""

from collections.abc import Sequence
from statistics import median

from tests.benchmarks.measure import Row

_HEAD = ("what", "measure", "ours", "theirs", "compared with", "theirs ÷ ours (min–max)", "aim", "")


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines: medians, and the median of the ratios with the least and the greatest of them."""
    lines = [_HEAD, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([shown[0], "-" * max(map(len, shown)), *shown[1:]])


def ratios(row: Row) -> list[float]:
    """Return theirs ÷ ours of each pair: above 1, ours costs less."""
    return [theirs / ours for ours, theirs in zip(row.ours, row.theirs, strict=True)] if row.theirs else []


def _cells(row: Row) -> tuple[str, ...]:
    measured = ratios(row)
    ratio = f"{median(measured):.2f} ({min(measured):.2f}–{max(measured):.2f})" if measured else ""
    aim, met = "", True
    if row.ratio_aim and measured:
        aim, met = f"≥ {row.ratio_aim:.2g}", median(measured) >= row.ratio_aim
    elif row.limit:
        aim, met = f"< {row.limit:g} {row.unit}", median(row.ours) < row.limit
    theirs = _amount(row.theirs, row.unit) if row.theirs else "–"
    verdict = ("met" if met else "MISSED") if aim else ""
    return row.what, row.measure, _amount(row.ours, row.unit), theirs, row.rival, ratio, aim, verdict


def _amount(values: Sequence[float], unit: str) -> str:
    middle = median(values)
    return f"{middle:.0f} {unit}" if middle >= 100 else f"{middle:.3g} {unit}"
