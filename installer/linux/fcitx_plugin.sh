#!/bin/sh
# Inside the build root: compile fcitx's plug-in from /build/fcitx against the Qt of the wheels.
set -eu
cd /build/fcitx
qt=/opt/python/lib/python3.11/site-packages/PySide6/Qt/lib
own="fcitxinputcontextproxy fcitxwatcher qfcitxplatforminputcontext main"
sources="fcitxqtdbustypes.cpp qtkey.cpp"
for name in $own; do sources="$sources $name.cpp moc_$name.cpp"; done
for name in inputcontext inputcontext1 inputmethod inputmethod1; do sources="$sources ${name}proxy.cpp"; done
g++ -std=c++17 -O2 -fPIC -shared -fvisibility=hidden -DQT_NO_KEYWORDS -I. $(cat headers) $sources \
    -L$qt -l:libQt6Gui.so.6 -l:libQt6DBus.so.6 -l:libQt6Core.so.6 -lxkbcommon -Wl,-rpath-link,$qt -Wl,-z,defs -s \
    -o libfcitxplatforminputcontextplugin.so
