"""Looking into 1,000 small films: our children, MediaInfo's own program film by film, its library in this process."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pymediainfo import MediaInfo

from app.probe import ProbePool
from tests.benchmarks.films import make_films
from tests.benchmarks.measure import Row, pairs, rows


def run(small: bool = False) -> list[Row]:
    count, rounds = (5, 1) if small else (1000, 3)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        films = make_films(Path(folder), count)
        for look in (_pool, _in_process):
            look(films[:5])
        found = rows(
            f"probe {count} films",
            "pymediainfo in process",
            pairs(lambda: _pool(films), lambda: _in_process(films), rounds),
            ratio_aim=1 / 1.5,
        )
        program = shutil.which("mediainfo")
        if program is None:
            return [*found, Row(f"probe {count} films", "wall", "s", found[0].ours, "mediainfo is not installed")]
        _command(program, films[:5])
        measured = pairs(lambda: _pool(films), lambda: _command(program, films), rounds)
        return [*found, *rows(f"probe {count} films", "mediainfo film by film", measured, ratio_aim=4)]


def _pool(films: Sequence[Path]) -> None:
    with ProbePool() as pool:
        made = {probed.facts.created for probed in pool.probe(films) if probed.facts}
    if len(made) != len(films):
        raise RuntimeError(f"{len(films) - len(made)} films were not looked into")


def _command(program: str, films: Sequence[Path]) -> None:
    for film in films:
        done = subprocess.run([program, "--Output=JSON", str(film)], stdout=subprocess.PIPE, check=True)
        json.loads(done.stdout)["media"]["track"]


def _in_process(films: Sequence[Path]) -> None:
    for film in films:
        # The same output that our children ask for.
        json.loads(MediaInfo.parse(film, output="JSON", full=False))["media"]["track"]
