"""The commands behind the Makefile: ``python -m bookbuild book``, ``serve``, ``stale``, ``stamp PAGE``, ``tools``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from bookbuild.languages import BOOK, LANGUAGES, SITE


def book(arguments: argparse.Namespace) -> None:
    """Build both languages into _build/site/."""
    from bookbuild import site

    site.build(say=lambda line: print(line, flush=True))


def language(arguments: argparse.Namespace) -> None:
    """Build one language into a folder (what `book` does for each, side by side)."""
    from bookbuild import site

    site.build_language(LANGUAGES[arguments.code], arguments.out)


def serve(arguments: argparse.Namespace) -> None:
    """Show the built site at a local address."""
    from bookbuild import server

    server.serve(SITE, arguments.port)


def stale(arguments: argparse.Namespace) -> None:
    """List the texts that changed in one language only; with --strict, fail if there are any."""
    from bookbuild import stamps

    found = stamps.stale(BOOK)
    for unit in found:
        print(unit)
    if not found:
        print("Every text was last looked at beside its other language.")
    elif arguments.strict:
        raise ValueError("bring the other language up to date, then: make stamp PAGE=<page>")


def stamp(arguments: argparse.Namespace) -> None:
    """Record that both texts of a page say the same, as they stand now."""
    from bookbuild import stamps

    stamps.stamp(BOOK, arguments.page)
    print(f"Stamped {arguments.page} in book/stamps.json.")


def tools(arguments: argparse.Namespace) -> None:
    """Find or install the browser and the spreadsheet that the tests drive."""
    from bookbuild import tools as found

    found.ensure()


def main(words: list[str] | None = None) -> int:
    """Run a command; an error is one message, without a traceback, and a status other than 0."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description="Build the book.")
    commands = parser.add_subparsers(required=True)

    def command(function, *options) -> None:
        sub = commands.add_parser(function.__name__, help=function.__doc__)
        for names, settings in options:
            sub.add_argument(*names, **settings)
        sub.set_defaults(run=function)

    command(book)
    command(language, (["code"], {"choices": list(LANGUAGES)}), (["out"], {"type": Path}))
    command(serve, (["--port"], {"type": int, "default": 8000}))
    command(stale, (["--strict"], {"action": "store_true"}))
    command(stamp, (["page"], {}))
    command(tools)
    arguments = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a stopped build tidies up behind itself
    try:
        arguments.run(arguments)
    except (RuntimeError, ValueError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
