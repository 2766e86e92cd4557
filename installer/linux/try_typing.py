"""Types pinyin into the installed .deb through fcitx 4 and fcitx 5: as root.

In Debian 12 roots, the last release with fcitx 4. “nihao ” is typed into the unit's name, which must become 你好; with
the input method switched off the same keys must stay letters.
"""

import argparse
import shutil
import sys
from pathlib import Path

from app.errors import AppError
from installer.linux import root

SUITE = "bookworm"
USER = "zhangsan"
# The two shut each other out, so each has a root of its own.
_METHODS = {
    "fcitx4": [
        "fcitx-bin", "fcitx-data", "fcitx-modules", "fcitx-module-dbus", "fcitx-module-x11", "fcitx-pinyin",
        "fcitx-ui-classic",
    ],
    "fcitx5": ["fcitx5", "fcitx5-pinyin"],
}  # fmt: skip
_TRY = """
export HOME=/home/zhangsan/$1 XDG_RUNTIME_DIR=/tmp/run-$1 DISPLAY=:10 QT_IM_MODULE=fcitx XMODIFIERS=@im=fcitx
rm -rf "$HOME" && mkdir -p "$HOME/.config/fcitx" "$HOME/.config/fcitx5" && mkdir -p -m 700 "$XDG_RUNTIME_DIR"
printf '[Profile]\\nEnabledIMList=fcitx-keyboard-us:True,pinyin:True\\nIMName=pinyin\\n' > "$HOME/.config/fcitx/profile"
# Switched off, fcitx5 takes the first of the group.
printf '%s\\n' '[Groups/0]' Name=d 'Default Layout=us' DefaultIM=pinyin '[Groups/0/Items/0]' Name=keyboard-us \\
    '[Groups/0/Items/1]' Name=pinyin '[GroupOrder]' 0=d > "$HOME/.config/fcitx5/profile"
rm -f /tmp/screen
Xvfb :10 -noreset -screen 0 1366x768x24 -nolisten tcp -displayfd 3 3>/tmp/screen 2>/dev/null &
screen=$!
while [ ! -s /tmp/screen ]; do sleep 0.1; done
case $1 in
    fcitx4) fcitx -D >/dev/null 2>&1 & remote=fcitx-remote ;;
    fcitx5) fcitx5 --disable wayland >/dev/null 2>&1 & remote=fcitx5-remote ;;
esac
method=$!
# Not fcitx5-remote, which would start a second one.
ready() {
    case $1 in
        fcitx4) fcitx-remote ;;
        fcitx5) dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \\
            string:org.fcitx.Fcitx5 | grep -q true ;;
    esac
}
until ready "$1" >/dev/null 2>&1; do sleep 0.2; done
draft=$HOME/d.weiying
printf '{"format": "weiying-draft", "version": 1, "campaign": "sichuan-2024"}' > "$draft"
weiying --data-dir "$HOME/data" "$draft" &
program=$!
until xdotool search --onlyvisible --pid $program --name 微影报送助手 >/tmp/window 2>/dev/null; do sleep 0.2; done
xdotool windowfocus --sync "$(head -1 /tmp/window)"
unit() { grep -m1 '"name"' "$draft"; }
# Typed again where a busy machine has not yet shown the window, switched the method or saved.
type_until() {
    for attempt in 1 2 3 4 5; do
        $remote "$1"
        xdotool key ctrl+a BackSpace type --delay 100 "nihao "
        sleep 3
        case $(unit) in *"$2"*) break ;; esac
    done
}
type_until -o '"你好"'
echo "on: $(unit)"
type_until -c '"nihao '
echo "off: $(unit)"
kill $program $method $screen
exit 0
"""


def main() -> int:
    """Try both; 0 when both typed what they should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deb", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/var/tmp/weiying-typing"))
    parser.add_argument("--mirror", required=True, help="where Debian's packages are fetched from")
    options = parser.parse_args()
    failed = []
    for method, packages in _METHODS.items():
        folder = options.work / method
        if not (folder / "home" / USER).exists():
            root.make(folder, SUITE, options.mirror)
            root.run(folder, ["apt-get", "-qq", "update"])
            root.install(folder, ["dbus", "xdotool", "xvfb", *packages])
            root.run(folder, ["useradd", "--create-home", USER])
        shutil.copy2(options.deb, folder / "tmp" / "weiying.deb")
        root.run(folder, ["apt-get", "-qq", "install", "--yes", "--reinstall", "/tmp/weiying.deb"])
        output = root.run(folder, ["dbus-run-session", "--", "sh", "-c", _TRY, "sh", method], user=USER).stdout
        said = "\n".join(line for line in output.splitlines() if line.startswith(("on:", "off:")))
        print(f"== {method}\n{said}", flush=True)
        if 'on:     "name": "你好"' not in said or 'off:     "name": "nihao ' not in said:
            failed.append(method)
    if failed:
        raise AppError("没有打出中文：" + "、".join(failed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
