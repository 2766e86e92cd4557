"""What goes into the built program and what stays out; used by `weiying.spec` on every system."""

import re
from collections.abc import Callable, Iterable, Set
from pathlib import PurePosixPath, PureWindowsPath

# As PyInstaller lists a file: path in the program, path on this machine, kind.
Entry = tuple[str, str, str]

# A plug-in of Qt is here because a page of ours, or the desktop around it, needs it; all others stay out.
QT_PLUGINS = {
    # The window; without a screen for the smoke test.
    "qxcb", "qwindows", "qoffscreen",
    # Typing Chinese: what fcitx5 and ibus answer, and dead keys.
    "ibusplatforminputcontextplugin", "fcitxplatforminputcontextplugin", "fcitx5platforminputcontextplugin",
    "composeplatforminputcontextplugin",
    # Icons and the pictures taken from films.
    "qsvg", "qsvgicon", "qjpeg", "qico",
    # Printers on Linux; without it the window prints into PDF files only. On Windows Qt knows them without a plug-in.
    "cupsprintersupport",
}  # fmt: skip
TRANSLATIONS = {"qtbase_zh_CN.qm"}

# These must be the computer's own: drivers of its graphics load them too, and an older copy of ours would shut newer
# ones out (Qt needs FT_Done_MM_Var, FreeType 2.9); or they speak with its services.
SYSTEM_LIBRARIES = re.compile(
    r"lib(mvec|freetype|fontconfig|expat|z|stdc\+\+|gcc_s|GL|EGL|GLX|OpenGL|GLdispatch|drm|gbm|ICE|SM|X11|X11-xcb|xcb"
    r"|Xau|Xdmcp|bsd|md|dbus-1|systemd|glib-2\.0|gthread-2\.0|pcre|pcre2-8|png16|brotlidec|brotlicommon|bz2|lzma|lz4|zstd"
    r"|cups|gcrypt|gpg-error|cap|uuid|gssapi_krb5|krb5|krb5support|k5crypto|keyutils|com_err)\.so(\..*)?"
)
# Whole libraries of Qt that only plug-ins left out here would use.
UNUSED_QT = re.compile(
    r"(lib)?Qt6(Quick|Qml|VirtualKeyboard|Wayland|WlShell|Egl|Pdf|Labs|ShaderTools|OpenGLWidgets)\w*\.(so|dll).*"
    r"|opengl32sw\.dll|d3dcompiler_47\.dll"
)
# Modules that libraries import where they can, for things this program never does.
EXCLUDED_MODULES = [
    "tkinter", "unittest", "pydoc", "doctest", "pdb", "sqlite3", "setuptools", "pkg_resources", "distutils",
    "numpy", "matplotlib", "multiprocessing", "ssl", "_ssl", "_hashlib", "IPython",
    "PIL._avif", "PIL._webp", "PIL._imagingcms", "PIL._imagingft", "PIL._imagingtk", "PIL.ImageTk", "PIL.ImageQt",
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL", "PySide6.QtNetwork", "lxml.objectify",
]  # fmt: skip


def wanted(target: str, linux: bool) -> bool:
    """Say whether a file goes into the program; `target` is its path there, with the separators of any system."""
    path = PurePosixPath(PureWindowsPath(target).as_posix())
    if path.parts[0] == "PySide6" and "plugins" in path.parts:
        return plugin_name(path.name) in QT_PLUGINS
    if path.suffix == ".qm":
        return path.name in TRANSLATIONS
    if UNUSED_QT.fullmatch(path.name):
        return False
    return not (linux and len(path.parts) == 1 and SYSTEM_LIBRARIES.fullmatch(path.name))


def plugin_name(file: str) -> str:
    """Return a Qt plug-in's name from that of its file: `libqxcb.so` and `qxcb.dll` are both `qxcb`."""
    return PurePosixPath(file).name.split(".")[0].removeprefix("lib")


def keep(entries: Iterable[Entry], linux: bool) -> list[Entry]:
    """Return those of PyInstaller's entries (target, source, kind) that go into the program."""
    return [entry for entry in entries if wanted(entry[0], linux)]


def without_orphans(entries: list[Entry], needs: Callable[[str], Set[str]]) -> list[Entry]:
    """Return the entries without the shared libraries that nothing in the program links to any more.

    `needs` returns the file names that one library or module itself links to. A library is what lies in the program's
    own folder (where PyInstaller puts what it found) or among Qt's libraries.
    """
    needed_by = {source: needs(source) for _, source, kind in entries if kind in ("BINARY", "EXTENSION")}
    while True:
        needed = {name for source in {source for _, source, _ in entries} for name in needed_by.get(source, ())}
        kept = [entry for entry in entries if not _is_library(entry) or PurePosixPath(entry[0]).name in needed]
        if len(kept) == len(entries):
            return kept
        entries = kept


def without_dangling(links: list[Entry], files: Iterable[Entry]) -> list[Entry]:
    """Return the entries without the links of the program's own folder that would lead to none of these files."""
    targets = {target for target, _, _ in files}
    return [entry for entry in links if entry[2] != "SYMLINK" or "/" in entry[0] or entry[1] in targets]


def _is_library(entry: Entry) -> bool:
    target, _, kind = entry
    path = PurePosixPath(target)
    shared = ".so" in path.name and not path.name.startswith("libpython")
    return shared and kind in ("BINARY", "SYMLINK") and str(path.parent) in (".", "PySide6/Qt/lib")
