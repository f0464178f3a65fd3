#!/bin/sh
# Prints the newest Python of this machine that the program runs on, or says what is missing.
for python in python3.13 python3.12 python3.11 python3; do
    # Started, not only found: version switchers leave names on the PATH that refuse to run.
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$python"
        exit 0
    fi
done
echo "Civitai Desktop needs Python 3.11 or newer, and none was found. Install it (on Debian 12 and" \
    "later: sudo apt-get install python3) and start again." >&2
exit 1
