"""Show the built site at a local address, as a static host would."""

from __future__ import annotations

import errno
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def serve(site: Path, port: int = 8000) -> None:
    """Serve a folder on this machine alone until interrupted.

    Raises
    ------
    FileNotFoundError
        If the site has not been built.
    OSError
        If the port is in use.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"there is no site in {site} yet: build it first (make book)")
    handler = partial(_Quiet, directory=str(site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        reason = "is in use" if error.errno == errno.EADDRINUSE else "may not be opened by you"
        raise OSError(f"port {port} {reason}: take another (make serve PORT={port + 1})") from None
    with server:
        print(f"The book is at http://127.0.0.1:{server.server_port}/  (stop: Ctrl+C)", flush=True)
        server.serve_forever()


class _Quiet(SimpleHTTPRequestHandler):
    """Answers like a static host and says nothing of every request."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""
