"""The contents of the .deb: UOS's layout under /opt/apps, and what every other desktop looks for under /usr."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from app import __version__
from installer import icon
from installer.environment import ROOT
from installer.linux.symbols import Version

APP_ID = "cn.weiying.baosong"
NAME = "微影报送助手"
MIME_TYPE = "application/x-weiying-draft"
PNG_SIZES = (48, 128, 256)

# A library that files of ours may need from the system, and the package that has it, on Debian 10 to 13 and Ubuntu.
_GLIBC = "libc6 (>= {glibc})"
SYSTEM_LIBRARIES = {
    "ld-linux-aarch64.so.1": _GLIBC,
    "ld-linux-x86-64.so.2": _GLIBC,
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libICE.so.6": "libice6",
    "libSM.so.6": "libsm6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libbz2.so.1.0": "libbz2-1.0",
    "libc.so.6": _GLIBC,
    "libcrypt.so.1": "libcrypt1 | libc6 (<< 2.30)",
    "libcups.so.2": "libcups2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libdl.so.2": _GLIBC,
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6 (>= 2.9)",
    "libgcc_s.so.1": "libgcc-s1 | libgcc1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "liblzma.so.5": "liblzma5",
    "libm.so.6": _GLIBC,
    "libmvec.so.1": _GLIBC,
    "libpthread.so.0": _GLIBC,
    "libresolv.so.2": _GLIBC,
    "librt.so.1": _GLIBC,
    "libstdc++.so.6": "libstdc++6 (>= {gcc})",
    "libutil.so.1": _GLIBC,
    "libxcb.so.1": "libxcb1",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
# The release of GCC that brought GLIBCXX 3.4.21 and later (gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html).
_GCC = {21: "5", 22: "6", 23: "7", 24: "7.2", 25: "8", 26: "9", 27: "9.2", 28: "9.3"}
# What UOS asks an application to declare; this one asks for none of it.
_PERMISSIONS = (
    "autostart",
    "notification",
    "trayicon",
    "clipboard",
    "account",
    "bluetooth",
    "camera",
    "audio_record",
    "installed_apps",
)

_DESKTOP = f"""[Desktop Entry]
Type=Application
Name={NAME}
GenericName=微电影（微视频）报送
Comment=检查视频，填写承诺书、报名表、汇总表，打成报送包
Keywords=weiying;微电影;微视频;报送;征集;
Exec=/opt/apps/{APP_ID}/files/weiying %f
Icon={APP_ID}
Terminal=false
Categories=Office;
MimeType={MIME_TYPE};
StartupWMClass=weiying
"""
_MIME = f"""<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME_TYPE}">
    <comment>{NAME}草稿</comment>
    <sub-class-of type="application/json"/>
    <icon name="{APP_ID}"/>
    <glob pattern="*.weiying"/>
  </mime-type>
</mime-info>
"""


def lay_out(program: Path, stage: Path) -> None:
    """Fill the empty folder `stage` with all files of the package but its control data; the program is moved in."""
    home = stage / "opt" / "apps" / APP_ID
    home.mkdir(parents=True)
    shutil.move(program, home / "files")
    entries = {
        f"applications/{APP_ID}.desktop": _DESKTOP.encode(),
        f"mime/packages/{APP_ID}.xml": _MIME.encode(),
        f"icons/hicolor/scalable/apps/{APP_ID}.svg": icon.SVG.read_bytes(),
        **{f"icons/hicolor/{size}x{size}/apps/{APP_ID}.png": icon.png(size) for size in PNG_SIZES},
    }
    for name, content in entries.items():
        # UOS looks under /opt/apps; all other desktops under /usr/share. The same name makes it one menu entry.
        for place in (home / "entries", stage / "usr" / "share"):
            _write(place / name, content)
    link = stage / "usr" / "bin" / "weiying"
    link.parent.mkdir(parents=True)
    link.symlink_to(f"/opt/apps/{APP_ID}/files/weiying")
    _write(stage / "usr" / "share" / "doc" / APP_ID / "copyright", _copyright().encode())


def write_info(stage: Path, architecture: str) -> None:
    """Write UOS's `info`: what the application is, and that it asks for no special permission."""
    content = {
        "appid": APP_ID,
        "name": NAME,
        "version": f"{__version__}.0",
        "arch": [architecture],
        "permissions": dict.fromkeys(_PERMISSIONS, False),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    _write(stage / "opt" / "apps" / APP_ID / "info", text.encode())


def write_control(stage: Path, architecture: str, libraries: Iterable[str], glibc: Version, glibcxx: Version) -> None:
    """Write the control file; the libraries and the versions of their symbols are what the program needs."""
    installed = sum(path.lstat().st_size for path in stage.rglob("*") if not path.is_dir()) // 1024
    text = f"""Package: {APP_ID}
Version: {__version__}
Architecture: {architecture}
Maintainer: 微影报送助手 <weiying@localhost>
Installed-Size: {installed}
Section: misc
Priority: optional
Depends: {", ".join(depends(libraries, glibc, glibcxx))}
Description: 微影报送助手：微电影（微视频）征集的离线报送向导
 检查视频是否符合征集要求，填写承诺书、报名表、汇总表，
 打成可以核对的报送包。不需要联网，材料不离开这台电脑。
"""
    _write(stage / "DEBIAN" / "control", text.encode())


def depends(libraries: Iterable[str], glibc: Version, glibcxx: Version) -> list[str]:
    """Return the packages that have these libraries, as new as the highest versions of symbols ask for.

    Raises KeyError for a library that no desktop surely has, and for a GLIBCXX newer than the oldest system's.
    """
    versions = {"glibc": ".".join(map(str, glibc)), "gcc": _GCC[max(glibcxx[-1], min(_GCC))]}
    return sorted({SYSTEM_LIBRARIES[name].format(**versions) for name in libraries})


def _copyright() -> str:
    return (
        f"{NAME} 以 GPL-3.0-or-later 发布，全文见 /usr/share/common-licenses/GPL-3。\n"
        f"所含其他部分的许可证、版权声明和源代码出处见 /opt/apps/{APP_ID}/files/_internal/resources/licences，"
        "也可在程序的“关于”窗口里查看。\n\n" + (ROOT / "LICENSE").read_text(encoding="utf-8")
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
