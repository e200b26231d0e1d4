#!/bin/sh
# Chromium and a font with all Vietnamese letters, for the browser tests and screenshots.
# They can only come from the system: installed where this may be done without asking (root,
# or sudo without a password), else named in one line with the command to type.  Never fails:
# the tests that need them say themselves that they did not run.
set -u

packages=
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || packages="chromium"
# Any one of these will do; fontconfig is asked only where it is there.
for font in /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf \
    /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf \
    /usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf; do
    [ -e "$font" ] && have_font=yes
done
if [ -z "${have_font-}" ] && ! fc-list ':lang=vi' 2>/dev/null | grep -q .; then
    packages="${packages:+$packages }fonts-noto-core"
fi
[ -n "$packages" ] || exit 0

say() {
    echo "The browser tests need $packages. Type: sudo apt-get install $packages" >&2
    exit 0
}

command -v apt-get >/dev/null 2>&1 || say
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    say
fi

echo "Installing $packages (for the browser tests)" >&2
# Without a network this must end soon, and another apt may be at work.
apt() {
    DEBIAN_FRONTEND=noninteractive $as_root apt-get -q -o DPkg::Lock::Timeout=60 \
        -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
        "$@" >/dev/null 2>&1
}
# The package lists may be old or absent; they are fetched only when the first try fails.
install() {
    # shellcheck disable=SC2086 # a list of words
    apt install -y --no-install-recommends $packages
}
install || { apt update && install; } || say
