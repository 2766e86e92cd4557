"""The demonstration: three real films, a filled draft, the check and the forms, all for the call that is given."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from app.campaign import Campaign
from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Video, Work
from app.errors import AppError
from app.exporters.export import export_all
from app.film import FilmSpec, make_film
from app.film_reading import only_facts, read_films
from app.media import MediaFacts, Problem, clock_text
from app.storage import SUFFIX, save_draft
from app.validators import Finding, Level, check_film, validate, verdict

# A film that is neither long enough to bore nor short enough to look like a mistake, where the call sets no limit.
_USUAL_SECONDS = 240.0
_OVERLONG_SECONDS = 61

_UNIT = Unit(
    name="示范职业技术大学",
    address=Address(province="示范省", city="示范市", district="示范区", detail="学府路 1 号"),
    contact=Contact(name="张三", mobile="13800138000"),
    preparer=Preparer(name="李四", phone="010-66600000"),
)

_SYNOPSIS = (
    "清晨六点，山里的第一班公交车准时出发。司机老周在这条路上开了二十三年，车上坐着赶集的老人、上学的孩子和返乡的青年。"
    "影片跟随这趟车走完一天：他替独居老人捎药，等迟到的学生，把乘客落下的钱包送回家门口。没有惊心动魄的情节，"
    "只有一次次顺手的帮忙和一声声“慢点走”。傍晚，末班车驶过新修的大桥，窗外灯火连成一片。老周说，路修好了，"
    "车换新了，人心里的那点热乎气一直没变。影片以一个普通人的一天，写出平凡岗位上的敬业与友善。"
)


def make_demo(out: Path, campaign: Campaign, today: date, say: Callable[[str], None]) -> None:
    """Make the demonstration below `out`, and tell with `say`, line by line, what is made and where it lies.

    Raises AppError where something cannot be written, or where a film turns out other than it was meant.
    """
    films = out / "视频"
    films.mkdir(parents=True, exist_ok=True)
    specs = _films(campaign, films)
    say(f"征集：{campaign.title}")
    for spec in specs:
        say(f"正在生成视频：{Path(spec.path).name}（{clock_text(int(spec.seconds * 1000))}）")
        make_film(spec)
    draft_path = out / f"示范{SUFFIX}"
    draft = Draft(
        campaign=campaign.id, unit=_UNIT, works=tuple(_work(Path(s.path), n, campaign) for n, s in enumerate(specs))
    )
    facts = read_films(draft, draft_path)
    say("检查结果：")
    for work in draft.works:
        _say_verdict(work, facts[work.id], campaign, say)
    kept = tuple(w for w in draft.works if verdict(_findings(w, facts[w.id], campaign)) == "pass")
    if len(kept) != len(specs) - 1:
        raise AppError("示范视频的检查结果与预期不符。", "请把上面的检查结果告诉开发者。")
    good = Draft(campaign=draft.campaign, unit=draft.unit, works=kept)
    save_draft(good, draft_path)
    exported = export_all(good, campaign, only_facts(facts), out / "表格")
    failed = [f for f in validate(good, campaign, today, facts) if f.level is Level.FAIL]
    for finding in failed:
        say(f"还缺：{finding.message}")
    say("合格的作品已写进草稿，不合格的没有写入。")
    say(f"视频：{films.resolve()}")
    say(f"草稿：{draft_path.resolve()}")
    say(f"表格（{len(exported.files)} 个文件）：{(out / '表格').resolve()}")
    say(f"盖章用的合订本：{exported.files[-1].resolve()}")


def _films(campaign: Campaign, folder: Path) -> list[FilmSpec]:
    """Return the films to make: one that each type of the call takes, and one that none does, for two reasons."""
    size = campaign.video.resolution
    width, height = (size.minimum or size.exact[0]) if size else (1280, 720)
    rate = campaign.video.frame_rate
    frame_rate = round(rate.accepts[0] if rate and rate.accepts else 25)
    limits = sorted(t.max_seconds for t in campaign.types if t.max_seconds)
    shortest = min(limits, default=2 * _USUAL_SECONDS)
    longest = max(limits, default=2 * _USUAL_SECONDS)
    plain = FilmSpec(path="", width=width, height=height, frame_rate=frame_rate)

    def spec(name: str, seconds: float, tint: int, base: FilmSpec = plain) -> FilmSpec:
        return msgspec.structs.replace(base, path=str(folder / f"{name}.mp4"), seconds=seconds, tint=tint)

    small = msgspec.structs.replace(plain, width=width // 4 * 2, height=height // 4 * 2)
    return [
        spec("01 山路上的末班车", min(_USUAL_SECONDS, shortest * 0.8), 0),
        spec("02 灯火人家", (shortest + longest) / 2, 120),
        spec("03 太长又太小的样片", longest + _OVERLONG_SECONDS, 240, small),
    ]


def _work(film: Path, number: int, campaign: Campaign) -> Work:
    year = campaign.video.created.earliest.year if campaign.video.created else campaign.issued and campaign.issued.year
    return Work(
        id=f"demo{number}",
        title=film.stem[3:],
        video=Video(path=f"{film.parent.name}/{film.name}"),
        theme=campaign.themes[number % len(campaign.themes)].name if campaign.themes else "身边的好人好事",
        genre=campaign.genres[0] if campaign.genres else "",
        created=str(year or ""),
        producer=_UNIT.name,
        creators=(Creator("导演", "王五"), Creator("编剧", "赵六"), Creator("摄影", "孙七"), Creator("剪辑", "周八")),
        synopsis=_SYNOPSIS,
        recommendation="作品导向正确，故事真实感人，制作精良，同意推选。",
        declarations={c.id: True for c in campaign.confirmations},
    )


def _findings(work: Work, film: MediaFacts | Problem, campaign: Campaign) -> list[Finding]:
    return check_film(film, Path(work.video.path).name, campaign, work.type)


def _say_verdict(work: Work, film: MediaFacts | Problem, campaign: Campaign, say: Callable[[str], None]) -> None:
    findings = _findings(work, film, campaign)
    word = "合格" if verdict(findings) == "pass" else "不合格"
    say(f"  {word}　{Path(work.video.path).name}")
    for finding in findings:
        if finding.level is Level.FAIL:
            say(f"          {finding.message}{finding.fix}")
