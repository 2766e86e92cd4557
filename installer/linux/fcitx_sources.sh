#!/bin/sh
# Inside a Debian 13 root: put the sources of fcitx's plug-in for Qt 6 into /build/fcitx, with all that only this Qt's
# own tools can generate, and with this Qt's headers. Nothing is compiled here: its libraries would be too new.
set -eu
rm -rf /build/fcitx /build/unpacked && mkdir -p /build/fcitx /build/unpacked && cd /build/unpacked
apt-get -q source --download-only --tar-only fcitx-qt5
tar --strip-components=1 -xf fcitx-qt5_*.orig.tar.xz
cp COPYING.BSD /build/fcitx/LICENSE
ls fcitx-qt5_*.orig.tar.xz | sed 's/.*_\(.*\).orig.tar.xz/\1/' > /build/fcitx/VERSION
cp qt6/platforminputcontext/* /build/fcitx
include=$(dirname "$(find /usr/include -type d -path '*qt6/QtCore')")
cp -r "$include" /build/fcitx/include
cd /build/fcitx
tools=/usr/lib/qt6/libexec
headers="-Iinclude"
for module in QtCore QtGui QtDBus; do
    version=$(cd include/$module && ls -d 6.*)
    headers="$headers -Iinclude/$module -Iinclude/$module/$version -Iinclude/$module/$version/$module"
done
echo "$headers" > headers
for name in InputContext InputContext1 InputMethod InputMethod1; do
    proxy=$(echo $name | tr '[:upper:]' '[:lower:]')proxy
    PATH=$PATH:/usr/lib/qt6/bin qdbusxml2cpp -m -i fcitxqtdbustypes.h -p "$proxy" org.fcitx.Fcitx.$name.xml
    $tools/moc $headers "$proxy.h" -o "moc_$proxy.cpp"
done
for name in fcitxinputcontextproxy fcitxwatcher qfcitxplatforminputcontext main; do
    $tools/moc $headers $name.h -o moc_$name.cpp
done
