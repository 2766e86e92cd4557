"""A copy to share holds no telephone number and no path."""

import json

import msgspec
import pytest

from app.draft import Video
from app.sharing import share_copy
from app.storage import encode_draft
from tests.submissions import complete_draft


def with_texts(**changes: object) -> str:
    draft = complete_draft(1)
    work = msgspec.structs.replace(draft.works[0], **changes)
    return encode_draft(share_copy(msgspec.structs.replace(draft, works=(work,)))).decode()


def test_numbers_of_the_unit_and_folders_of_films_are_gone_and_all_else_stays() -> None:
    draft = complete_draft(1)
    text = with_texts(video=Video("C:\\Users\\张三\\桌面\\片.mp4"))
    shared = json.loads(text)
    assert shared["works"][0]["video"]["path"] == "片.mp4"
    assert draft.unit.contact.mobile not in text
    assert draft.unit.preparer.phone not in text
    assert shared["unit"]["contact"]["name"] == draft.unit.contact.name
    assert shared["works"][0]["synopsis"] == draft.works[0].synopsis


@pytest.mark.parametrize(
    "number",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "8613800138000", "028-86600000",
     "(028)86600000", "（028）86600000", "0816-2345678-123"],
)  # fmt: skip
def test_numbers_in_running_text_are_hidden(number: str) -> None:
    shared = json.loads(with_texts(recommendation=f"联系{number}，谢谢"))
    assert shared["works"][0]["recommendation"] == "联系（电话已隐去），谢谢"


@pytest.mark.parametrize("text", ["2024年7月24日—8月24日", "投资 12345678 元", "片长 05 分 00 秒", "1920×1080", "110"])
def test_other_numbers_stay(text: str) -> None:
    assert json.loads(with_texts(synopsis=text))["works"][0]["synopsis"] == text
