"""What DOCX and XLSX share: the characters they can hold, their document properties, and a reproducible package.

A package is a ZIP whose parts, order and dates depend on the content alone, so that the same form gives the same
bytes and a changed file means a changed form.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape

CONTENT_TYPES = "[Content_Types].xml"
CORE_PROPERTIES = "docProps/core.xml"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANK = re.compile("[\t\n\r]")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def clean(text: str) -> str:
    """Return a text as XML 1.0 can hold it (production 2, Char): the only place where characters are dropped.

    Control characters, lone surrogates, U+FFFE and U+FFFF have no form in XML at all; the input fields refuse
    them before. A tab or a line break inside a run becomes a space: lines are the form model's, and a tab has no
    width that the formats agree on.
    """
    return _BLANK.sub(" ", _NOT_XML.sub("", text))


def xml(root: ElementTree.Element) -> bytes:
    """Return a part's bytes: UTF-8 with the declaration that Office writes."""
    body = ElementTree.tostring(root, encoding="unicode")
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + body.encode("utf-8")


def core_properties(title: str) -> bytes:
    """Return `docProps/core.xml` (ECMA-376-2, 11): the title and the language, no dates and no names."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(clean(title))}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>"
    ).encode()


def package(parts: Mapping[str, bytes]) -> bytes:
    """Return the ZIP of the parts by name, the content types first as the readers expect, the others by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(parts, key=lambda n: (n != CONTENT_TYPES, n)):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, parts[name])
    return out.getvalue()


def parts_of(archive: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
