"""Drafts as people fill them in, well and badly, and the forms made of them."""

import msgspec

from app.campaign import Campaign
from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Work
from app.exporters.forms import Facts, Form, Grid, LineBlock, build_forms, plain
from app.exporters.ooxml import clean
from app.media import MediaFacts
from app.pack import find_campaign

SYNOPSIS = (
    "影片以秦岭深处的一段古蜀道为线索，讲述青年教师林晓带领学生用影像记录护路人三代坚守的故事。"
    "从爷爷手中的一把铁镐，到父亲肩上的一卷图纸，再到今天山间的高铁隧道，古道与新路在镜头里重逢。"
    "作品用小切口折射大时代，展现了川陕两地干部群众逢山开路、遇水架桥的奋斗精神，"
    "也让青年学生在行走中读懂了脚下的土地，把个人的青春写进中国式现代化的四川新篇章。"
)
RARE = "䶮㛃𬎆𬭛𫖯𫍯"
HOSTILE = "<b>&x</b> \"=1+1\" 'a\x00\x0b\ud800\ufffe\uffffb' _x0041_ @SUM(A1)"
LONG_WORD = "https://example.org/" + "abcdefghijklmnopqrstuvwxyz0123456789" * 6


def ordinary_work(number: int = 1) -> Work:
    return Work(
        id=f"w{number}",
        title="光影里的蜀道",
        type="微视频",
        theme="中国式现代化四川新篇章",
        genre="纪实微电影",
        created="2024-05",
        producer="四川省示范影视有限公司",
        creators=(
            Creator("总策划", "李明"),
            Creator("导演", "王芳"),
            Creator("编剧", "张" + RARE[0]),
            Creator("摄影", "陈强"),
            Creator("摄影", "刘洋"),
            Creator("剪辑", "赵敏"),
        ),
        synopsis=SYNOPSIS,
        recommendation="作品导向正确，立意鲜明，制作精良，同意推选。",
    )


def ordinary_unit() -> Unit:
    return Unit(
        name="四川省示范职业技术大学",
        kind="省属高等学校",
        address=Address("四川省", "成都市", "青羊区", "示范路 1 号"),
        contact=Contact("张三", "13800138000"),
        preparer=Preparer("李四", "028-86600000"),
    )


def ordinary_draft(works: int = 1) -> Draft:
    return Draft(
        campaign="sichuan-2024",
        unit=ordinary_unit(),
        works=tuple(ordinary_work(number) for number in range(1, works + 1)),
        signed="2024-08-05",
    )


def with_work(**changes: object) -> Draft:
    """Return the ordinary draft with its one work changed."""
    draft = ordinary_draft()
    return msgspec.structs.replace(draft, works=(msgspec.structs.replace(draft.works[0], **changes),))


def drafts() -> dict[str, Draft]:
    """Return every sample by name."""
    filled = ordinary_draft()
    hostile = msgspec.structs.replace(
        with_work(title=HOSTILE, theme=HOSTILE, producer="=1+1", synopsis=HOSTILE, creators=(Creator("=1", "#N/A"),)),
        unit=msgspec.structs.replace(filled.unit, name="+86" + HOSTILE, contact=Contact("-张三", "007")),
    )
    return {
        "ordinary": filled,
        "empty": Draft(works=(Work(id="w1"),)),
        "none": Draft(),
        "hostile": hostile,
        "titles": with_work(title="《《双书名》》"),
        "long": with_work(synopsis=(SYNOPSIS * 20)[:2000]),
        "endless": with_work(synopsis=(SYNOPSIS * 20)[:2000], recommendation=(SYNOPSIS * 20)[:2000]),
        "creators": with_work(creators=tuple(Creator(f"职务{n}", f"人员{n}") for n in range(30))),
        "rare": with_work(title=f"《{RARE}》", producer=RARE, synopsis=RARE * 20),
        "words": with_work(title=LONG_WORD, theme=LONG_WORD, producer=LONG_WORD, synopsis=LONG_WORD * 3),
        "many": ordinary_draft(works=300),
    }


def campaign() -> Campaign:
    return find_campaign("sichuan-2024")


def forms_of(draft: Draft) -> dict[str, Form]:
    """Return the forms of a draft's first work and of the submission by their id."""
    facts: Facts = {work.id: MediaFacts(duration_ms=299_000) for work in draft.works if work.title}
    made: dict[str, Form] = {}
    for form in build_forms(draft, campaign(), facts):
        made.setdefault(form.id, form)
    return made


def lines_of(form: Form) -> list[str]:
    """Return every line of a form in reading order, as its renderers have to show it."""
    lines = [form.attachment, form.title]
    for block in form.blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                lines += [plain(text) for text in (*cell.paragraphs, cell.stamp, cell.date)]
        else:
            lines.append(plain(block.runs))
            if isinstance(block, LineBlock):
                lines.append(plain(block.right))
    return [clean(line) for line in lines if clean(line)]
