"""Mails as drafts (.eml) that a mail program opens for sending.

`X-Unsent: 1` makes classic Outlook open them as a new mail. Names of attachments are given twice, since programs
read one or the other: in RFC 2231's form as Content-Disposition's `filename*`, in RFC 2047's as Content-Type's `name`.
"""

import base64
import hashlib
import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from app.exporters.mail_files import MailFile, metered
from app.exporters.mail_plan import Mail, MailPlan
from app.exporters.meter import Meter, Step
from app.files import write_whole
from app.long_paths import openable

# RFC 2047, 2: an encoded word has at most 75 characters, of which `=?utf-8?B?` and `?=` are twelve.
_WORD_BYTES = (75 - 12) // 4 * 3
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}


def write_mails(
    plan: MailPlan,
    out: Path,
    progress: Callable[[Step], None] = lambda step: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[Path]:
    """Write every mail of a plan below `out`; return the files. The attachments are never whole in memory.

    Raises AppError if one cannot be read or written, and Cancelled soon after `cancelled()` is true.
    """
    meter = Meter(sum(file.size for mail in plan.mails for file in mail.attachments), progress, cancelled)
    written = []
    for number, mail in enumerate(plan.mails, 1):
        path = out / (f"邮件草稿_{number}.eml" if len(plan.mails) > 1 else "邮件草稿.eml")
        write_whole(openable(path), eml(mail, meter))
        written.append(path)
    return written


def eml(mail: Mail, meter: Meter) -> Iterator[bytes]:
    """Yield a mail with its attachments as it is sent (RFC 5322); the same mail gives the same bytes."""
    boundary = "=_" + hashlib.sha256(repr(mail).encode("utf-8", "replace")).hexdigest()[:32]
    head = [
        "X-Unsent: 1",
        f"To: {mail.address}",
        f"Subject: {_encoded(mail.subject)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        "",
    ]
    yield "\r\n".join(head).encode("ascii")
    yield f"--{boundary}\r\n".encode()
    yield b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield _base64(mail.text.replace("\n", "\r\n").encode("utf-8", "replace"))
    for file in mail.attachments:
        yield f"\r\n--{boundary}\r\n".encode()
        yield _attachment_head(file)
        for part in metered(file, meter):
            yield _base64(part)
    yield f"\r\n--{boundary}--\r\n".encode()


def _attachment_head(file: MailFile) -> bytes:
    suffix = PurePosixPath(file.name).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    name = file.name.encode("utf-8", "replace").decode()
    head = (
        f'Content-Type: {kind};\r\n name="{_encoded(name)}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n filename*=utf-8''{quote(name, safe='')}\r\n\r\n"
    )
    return head.encode("ascii")


def _base64(data: bytes) -> bytes:
    """Return bytes in base64 in lines of 76 characters (RFC 2045, 6.8); parts of whole lines can be joined."""
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _encoded(text: str) -> str:
    """Return a header's text as encoded words (RFC 2047, B), no character cut; plain ASCII stays as it is."""
    if text.isascii() and '"' not in text and "\\" not in text:
        return " ".join(text.split())
    words = [base64.b64encode(chunk).decode() for chunk in _chunks(text)]
    return "\r\n ".join(f"=?utf-8?B?{word}?=" for word in words)


def _chunks(text: str) -> Iterator[bytes]:
    chunk = b""
    for character in text:
        data = character.encode("utf-8", "replace")
        if len(chunk) + len(data) > _WORD_BYTES:
            yield chunk
            chunk = b""
        chunk += data
    yield chunk
