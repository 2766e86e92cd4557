"""A title guessed from a file name: number, unit and version go, the title stays."""

from pathlib import Path

import pytest

from app.ui.titles import title_from_file


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("01_光影里的蜀道_最终版.mp4", "光影里的蜀道"),
        ("《山那边的课堂》-某某学院-1080P.mp4", "山那边的课堂"),
        ("3、归途 终稿2.mp4", "归途"),
        ("某某市广播电视台-大江之上（成片）.mp4", "大江之上"),
        ("第2号 稻香_v3.mp4", "稻香"),
        ("守望(1).mp4", "守望"),
        ("01 山路上的末班车.mp4", "山路上的末班车"),
        ("12 雪线之上 最终版.mp4", "雪线之上"),
        ("2049 未来.mp4", "2049 未来"),
        ("2049年的春天.mp4", "2049年的春天"),
        ("1921.mp4", "1921"),
        ("最终版.mp4", "最终版"),
        ("IMG_20240501_120000.mp4", ""),
        ("mmexport1714545454545.mp4", ""),
        ("一个人的车站.mp4", "一个人的车站"),
        ("十八洞村.mp4", "十八洞村"),
        ("Final Cut 的故事.mp4", "Final Cut 的故事"),
        ("家·国.mp4", "家·国"),
    ],
)
def test_a_title_is_guessed(name: str, title: str) -> None:
    assert title_from_file(Path(name)) == title
