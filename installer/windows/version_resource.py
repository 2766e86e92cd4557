"""The version resource of the Windows programs: what Explorer shows under 属性 → 详细信息."""

from app.errors import AppError

NAME = "微影报送助手"


def text(version: str) -> str:
    """Return the file that PyInstaller reads for a version such as `1.2.3` (VS_VERSIONINFO of the Windows API).

    Raises AppError for a version that is not three or four numbers.
    """
    parts = version.split(".")
    if len(parts) not in (3, 4) or not all(part.isdecimal() for part in parts):
        raise AppError(f"版本号“{version}”不能写进 Windows 程序。", "应为三个数字，如 1.2.3。")
    numbers = tuple(int(part) for part in [*parts, "0"][:4])
    strings = {
        "CompanyName": NAME,
        "FileDescription": NAME,
        "FileVersion": version,
        "InternalName": "weiying",
        "LegalCopyright": "GPL-3.0-or-later",
        "OriginalFilename": "weiying.exe",
        "ProductName": NAME,
        "ProductVersion": version,
    }
    table = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in strings.items())
    # 0804: Simplified Chinese; 04B0: Unicode.
    return f"""VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1, subtype=0),
  kids=[
    StringFileInfo([StringTable('080404B0', [{table}])]),
    VarFileInfo([VarStruct('Translation', [0x0804, 0x04B0])]),
  ],
)
"""
