"""Submissions of any size for the benchmarks, every work of them with words of its own."""

import random
from collections.abc import Mapping

from app.draft import Address, Contact, Creator, Draft, Preparer, Unit, Work
from app.media import MediaFacts
from app.pack import find_campaign

# As many characters as the works of a submission have together: of the 3,755 most frequent ones (GB/T 2312, level 1).
_DIFFERENT = 1500
_ROLES = ("总策划", "导演", "编剧", "摄影", "摄影", "剪辑")


def submission(works: int) -> tuple[Draft, Mapping[str, MediaFacts]]:
    """Return a filled draft of that many works, the same at each call, and the facts of their films."""
    dice = random.Random(works)
    frequent = [bytes([0xB0 + n // 94, 0xA1 + n % 94]).decode("gb2312") for n in range(3755)]
    words = dice.sample(frequent, _DIFFERENT)

    def text(length: int) -> str:
        return "".join(dice.choice(words) + ("，" if n % 12 == 11 else "") for n in range(length)) + "。"

    def work(number: int) -> Work:
        return Work(
            id=f"w{number}",
            title=text(8)[:-1],
            theme=campaign.themes[number % len(campaign.themes)].name if campaign.themes else "",
            genre=campaign.genres[number % len(campaign.genres)] if campaign.genres else "",
            created="2030-05",
            producer=text(12)[:-1],
            creators=tuple(Creator(role, text(3)[:-1]) for role in _ROLES),
            synopsis=text(200),
            recommendation=text(40),
        )

    campaign = find_campaign("")
    unit = Unit(
        name="示范职业技术大学",
        address=Address("示范省", "示范市", "示范区", "学府路 1 号"),
        contact=Contact("张三", "13800138000"),
        preparer=Preparer("李四", "010-66600000"),
    )
    draft = Draft(campaign=campaign.id, unit=unit, works=tuple(work(number) for number in range(works)))
    facts = {made.id: MediaFacts(duration_ms=120_000 + 1000 * n) for n, made in enumerate(draft.works)}
    return draft, facts
