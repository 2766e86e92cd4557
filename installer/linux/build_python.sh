#!/bin/sh
# Inside the build root: compile Debian's python3.11 (with its security fixes) into /opt/python.
# Usage: build_python.sh FOLDER-WITH-THIS-SCRIPT
set -eu
here=$1
rm -rf /build/python && mkdir -p /build/python && cd /build/python
apt-get -q source --download-only python3.11
tar -xf python3.11_*.orig.tar.gz
tar -xf python3.11_*.debian.tar.xz
cd Python-3.11.*

# Debian's own arrangements come first in the series; what follows them are fixes from later 3.11 releases.
sed '1,/^ntpath-import.diff/d' ../debian/patches/series | grep -v '^#' | while read -r name; do
    patch --silent --strip=1 --forward < "../debian/patches/$name"
done

# The two waits are from glibc 2.30; old_symbols.h says why that matters. Nobody replaces single functions of the shared
# library, so calls inside it need not go the long way: half of the program's start is spent in there.
export CFLAGS="-include $here/old_symbols.h -fno-semantic-interposition" ac_cv_func_sem_clockwait=no ac_cv_func_pthread_cond_clockwait=no
# A backported fix in pyexpat uses the interpreter's inner headers.
export LIBEXPAT_CFLAGS="-DPy_BUILD_CORE_MODULE"
# No OpenSSL: the program never uses the network, and OpenSSL 1.1's licence does not go with the GPL.
./configure --quiet --prefix=/opt/python --enable-shared --with-system-expat --without-ensurepip \
    --disable-test-modules LDFLAGS="-Wl,-rpath,/opt/python/lib" \
    py_cv_module__ssl=n/a py_cv_module__hashlib=n/a py_cv_module__tkinter=n/a
make --silent -j"$(nproc)"
rm -rf /opt/python
make --silent install > /dev/null
/opt/python/bin/python3.11 -c "import ctypes, lzma, xml.etree.ElementTree, zlib"
find /opt/python/lib -name "*.so*" -type f -exec strip --strip-unneeded {} +
cp LICENSE /opt/python/LICENSE
dpkg-parsechangelog -l ../debian/changelog -S Version > /opt/python/VERSION
