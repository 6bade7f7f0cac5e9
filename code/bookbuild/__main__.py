"""The commands behind the Makefile: ``python -m bookbuild book``, ``serve``, …; ``--help`` lists them."""

from __future__ import annotations

import argparse
import os
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
    """List the texts changed in one language only; with --strict, fail if there are any (not where one publishes)."""
    from bookbuild import stamps

    found = stamps.stale(BOOK)
    for line in stamps.report(found):
        print(line)
    if not found:
        print("Every text was last looked at beside its other language.")
    elif arguments.strict and os.environ.get("GITHUB_EVENT_NAME", "pull_request") == "pull_request":
        # Where a fork publishes it stops nothing: a teacher may correct one sentence in one language.
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


def data(arguments: argparse.Namespace) -> None:
    """Fetch the data sets that do not come with the package; with --strict, fail if one cannot be had."""
    from introdl import datasets

    print(f"Come with the package: {', '.join(datasets.verify())}.")
    known = datasets.fetchable()
    if unknown := sorted(set(arguments.name) - set(known)):
        raise ValueError(f"no such fetched data set: {', '.join(unknown)} (there are: {', '.join(known) or 'none'})")
    failed = []
    for name in arguments.name or known:
        try:
            fetched = datasets.fetch(name)
        except (datasets.DataError, OSError) as error:
            failed.append(name)
            print(f"{name}: not at hand. {error}", flush=True)
            continue
        where = ", ".join(sorted({str(file.parent) for file in fetched.files}))
        if fetched.downloaded:
            print(f"{name}: fetched {fetched.downloaded:,} bytes from {', '.join(fetched.addresses)} into {where}.")
        else:
            print(f"{name}: at hand in {where}.")
    if failed and arguments.strict:
        raise ValueError(f"could not be fetched: {', '.join(failed)}")


def record(arguments: argparse.Namespace) -> None:
    """Run the pages with results on fetched data, and record these results anew in data/recorded/."""
    from bookbuild import record as recording

    for line in recording.record(arguments.page or recording.with_results(), recording.RECORDED):
        print(line, flush=True)


def colab(arguments: argparse.Namespace) -> None:
    """Make the environment with Colab's versions, in which notebooks are run before they are published."""
    from bookbuild import colab as environments

    made = environments.ensure(say=lambda line: print(line, flush=True))
    print(f"Colab's versions: {made.python}. Other than in Colab: {'; '.join(made.differs) or 'nothing'}.")


def run_notebooks(arguments: argparse.Namespace) -> None:
    """Run the built notebooks as published: first cell with network, then the whole without."""
    from bookbuild import run_notebooks as rehearsal

    rehearsal.rehearse_site(arguments.page, arguments.language, say=lambda line: print(line, flush=True))


def publish_notebooks(arguments: argparse.Namespace) -> None:
    """Push the built notebooks as the one commit of the branch that Colab's links name."""
    from bookbuild import publish

    publish.publish(arguments.remote)


def measure(arguments: argparse.Namespace) -> None:
    """Time the builds that CONTRIBUTING records, on a copy of the project."""
    from bookbuild import measure as timing

    timing.measure()


def port(text: str) -> int:
    """Return a port number, or refuse it."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)


def main(words: list[str] | None = None) -> int:
    """Run a command; an error is one message, without a traceback, and a status other than 0."""
    parser = argparse.ArgumentParser(prog="python -m bookbuild", description="Build the book.")
    commands = parser.add_subparsers(required=True)

    def command(function, *options) -> None:
        sub = commands.add_parser(function.__name__.replace("_", "-"), help=function.__doc__)
        for names, settings in options:
            sub.add_argument(*names, **settings)
        sub.set_defaults(run=function)

    command(book)
    command(language, (["code"], {"choices": list(LANGUAGES)}), (["out"], {"type": Path}))
    command(serve, (["--port"], {"type": port, "default": 8000}))
    command(stale, (["--strict"], {"action": "store_true"}))
    command(stamp, (["page"], {}))
    command(tools)
    command(measure)
    command(data, (["name"], {"nargs": "*"}), (["--strict"], {"action": "store_true"}))
    command(record, (["--page"], {"action": "append", "default": []}))
    command(colab)
    command(run_notebooks, (["--page"], {"action": "append", "default": []}),
            (["--language"], {"action": "append", "default": [], "choices": list(LANGUAGES)}))  # fmt: skip
    command(publish_notebooks, (["--remote"], {"default": "origin"}))
    arguments = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a stopped build tidies up behind itself
    try:
        arguments.run(arguments)
    except (RuntimeError, ValueError, LookupError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
