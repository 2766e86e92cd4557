"""A title guessed from a film's file name."""

import re
import unicodedata
from pathlib import Path

_BRACKETED = re.compile(r"[《〈](.+?)[》〉]")
_NUMBER = re.compile(
    r"^\s*(?:[(（\[【]?\s*(?:第?\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:[)）\]】、.．_-]|号)\s*|"
    r"\d{1,3}\s+(?=[^\W\d]))+"
)
_VERSION = re.compile(
    r"[\s_\-—.·(（\[【]*(?:最终(?:版|稿)?|终版|终稿|定稿|定版|成片|成品|正片|完整版|完成版|修改(?:版|稿)?|修订版|送审版?|"
    r"报送版?|参赛版?|无水印|字幕版|高清版?|超清版?|横屏版?|竖屏版?|导出|副本|备份|"
    r"final|copy|master|export|1080[pP]?|720[pP]?|2160[pP]?|[248][kK]|[hH]\.?26[45]|[vV]\d{1,2}(?:\.\d+)?|"
    r"\(?\d{1,2}\)|20\d{2}[.\-年]?\d{1,2}[.\-月]?\d{1,2}日?)\d{0,2}[)）\]】\s]*$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"^.{2,30}?(?:大学|学院|学校|中学|小学|公司|集团|中心|委员会|宣传部|局|厅|委|院|台|馆|社|支队|协会)[_\-—－]+"
)
_CAMERA = re.compile(r"(?:IMG|VID|MVI|DSC|DJI|MOV|C|P|mmexport|wx_camera|lv)[_ -]?\d{3,}.*|\d{6,}.*", re.IGNORECASE)


def title_from_file(path: Path) -> str:
    """Return a likely title: what stands in 《》, else the name without number, unit and version; may be empty."""
    name = unicodedata.normalize("NFC", path.stem).strip()
    if found := _BRACKETED.search(name):
        return found[1].strip()
    name = _NUMBER.sub("", name)
    name = _UNIT.sub("", name)
    while (shorter := _VERSION.sub("", name)) != name and shorter.strip():
        name = shorter
    name = name.replace("_", " ").strip(" -—－.·")
    return "" if _CAMERA.fullmatch(name) else name
