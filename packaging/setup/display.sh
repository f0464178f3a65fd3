#!/bin/sh
# Prints the display that a window can be shown on; nothing where there is none, or a dead one.
case "$(uname)" in
    Darwin) echo "the screen"; exit 0 ;;
esac
if [ -n "$WAYLAND_DISPLAY" ]; then
    case "$WAYLAND_DISPLAY" in
        /*) socket=$WAYLAND_DISPLAY ;;
        *) socket=$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY ;;
    esac
    if [ -S "$socket" ]; then
        echo "$WAYLAND_DISPLAY"
        exit 0
    fi
fi
case "$DISPLAY" in
    '') ;;
    :* | unix:*)
        # A name that a container or a closed session has left behind has no socket any more.
        number=${DISPLAY##*:}
        socket=/tmp/.X11-unix/X${number%%.*}
        if [ -S "$socket" ] || grep -qs "@$socket\$" /proc/net/unix; then
            echo "$DISPLAY"
        fi
        ;;
    *) echo "$DISPLAY" ;;
esac
