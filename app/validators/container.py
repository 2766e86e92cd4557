"""Which file format a film really is, and whether the call takes it: the brand inside and the name must agree.

Brands: ISO/IEC 14496-12 (ISO base media), 14496-14 (MP4), and the registry of ISO base media brands at mp4ra;
QuickTime's brand is `qt  `, and a QuickTime file from before brands has none.
"""

from pathlib import PurePath

from app.campaign import ContainerRule
from app.media import MediaFacts
from app.validators.finding import Finding, Level

_MP4_BRANDS = {
    "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "isoa", "isob", "isoc",
    "mp41", "mp42", "mp71", "avc1", "hvc1", "av01", "M4V", "M4VH", "M4VP", "MSNV", "XAVC", "dash", "f4v", "F4V",
    "mmp4", "cmfc", "cmf2",
}  # fmt: skip

_FORMATS = {
    "AVI": "AVI",
    "Matroska": "MKV",
    "WebM": "WebM",
    "Windows Media": "WMV",
    "Flash Video": "FLV",
    "MPEG-PS": "MPEG",
    "MPEG-TS": "MPEG",
    "BDAV": "MPEG",
    "MPEG Video": "MPEG",
}

_EXTENSIONS = {
    "MP4": (".mp4",),
    "MOV": (".mov", ".qt"),
    "AVI": (".avi",),
    "MKV": (".mkv",),
    "WebM": (".webm",),
    "WMV": (".wmv", ".asf"),
    "FLV": (".flv",),
    "MPEG": (".mpg", ".mpeg", ".vob", ".ts", ".m2ts", ".mts"),
}


def format_of(facts: MediaFacts) -> str:
    """Return the file format by what is inside: `MP4`, `MOV`, `AVI` …, else MediaInfo's own name."""
    if facts.container != "MPEG-4":
        return _FORMATS.get(facts.container or "", facts.container or "不详")
    brand = (facts.brand or "").strip()
    if brand in {"", "qt"}:
        return "MOV"
    if brand in _MP4_BRANDS:
        return "MP4"
    if brand.startswith("3g"):
        return "3GP"
    return "MP4" if _MP4_BRANDS & set(facts.compatible_brands) else f"MPEG-4（{brand}）"


def check_container(facts: MediaFacts, name: str, rule: ContainerRule) -> Finding:
    """Return whether a film's format, inside and by name, is one that the call takes."""
    inside = format_of(facts)
    extension = PurePath(name).suffix.lower()
    required = f"{'或'.join(rule.accepts)} 格式（{'、'.join(_EXTENSIONS[a][0] for a in rule.accepts)}）"
    actual = f"{inside} 格式，扩展名 {extension or '（无）'}"
    level, message, fix = Level.FAIL, "", ""
    named_well = extension in _EXTENSIONS.get(inside, ())
    wanted = rule.accepts[0]
    if inside in rule.accepts and named_well:
        level, message = Level.PASS, f"格式为 {inside}。"
    elif inside in rule.accepts:
        right_name = PurePath(name).stem + _EXTENSIONS[inside][0]
        message = f"内容是 {inside} 格式，扩展名却是“{extension or '无'}”。"
        fix = f"请把文件改名为“{right_name}”；内容已合格，不必重新导出。"
    elif inside == "MOV" and wanted == "MP4":
        named = f"扩展名是“{extension}”，内容却" if extension == ".mp4" else "文件"
        message = f"{named}是 QuickTime（MOV）格式，不是标准 MP4，有的设备打不开。"
        fix = "请换封装为 MP4（画面、声音直接复制，不必重新编码），或在剪辑软件里选“MP4”重新导出；只改扩展名没有用。"
    else:
        message = f"文件是 {inside} 格式，要求是 {'或'.join(rule.accepts)}。"
        fix = f"请在剪辑软件里选“{wanted}（H.264）”重新导出；只改扩展名没有用。"
    return Finding(
        rule="container", level=level, actual=actual, required=required, clause=rule.clause,
        message=message, fix=fix, field="video",
    )  # fmt: skip
