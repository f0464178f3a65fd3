"""Arguments, and which part of the program they ask for."""

import gc
import sys

from civitai_desktop import options

SERVE_SANDBOX = "--serve-sandbox"
"""How a packaged program, which has no interpreter to call, starts its own sandbox."""


def main() -> int:
    """Run the program and return its exit code."""
    if sys.argv[1:2] == [SERVE_SANDBOX]:
        from civitai_desktop.sandbox.__main__ import main as serve  # noqa: PLC0415

        return serve(sys.argv[2:])
    chosen = options.read(sys.argv[1:])
    # Each is imported where it is wanted: a request is printed without a display and its libraries.
    if chosen.print_request is not None:
        from civitai_desktop.print_request import print_request  # noqa: PLC0415

        return print_request(chosen.print_request)
    # No rubbish comes while the program loads; once it has, ui/runtime/collector.py looks for it.
    gc.disable()
    from civitai_desktop.start import start  # noqa: PLC0415

    return start(chosen)


if __name__ == "__main__":
    sys.exit(main())
