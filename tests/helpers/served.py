"""A server on this machine that cuts, lies and dies as told; and an address at which nobody listens."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Serves ``files``; ``cuts`` tells after how many bytes of an answer the connection breaks, answer by answer."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.cuts, self.asked = {}, [], []
        self.knows_ranges, self.says_length, self.shift = True, True, 0
        self.slow = 0  # seconds of silence in the middle of an answer
        self.was_asked, self.ended = threading.Event(), threading.Event()

    def address(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, request, client_address):
        """A client that hangs up is none of this machine's troubles."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, path = self.server, self.path.lstrip("/")
        wanted = self.headers.get("Range")
        server.asked.append((path, wanted))
        if path not in server.files:
            self.send_error(404)
            return
        content, first = server.files[path], 0
        if wanted and server.knows_ranges:
            first = int(wanted.removeprefix("bytes=").removesuffix("-")) + server.shift
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        rest = content[first:]
        if server.says_length:
            self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        cut = server.cuts.pop(0) if server.cuts else None
        if server.slow:
            self.wfile.write(rest[:1000])
            self.wfile.flush()
            server.was_asked.set()
            server.ended.wait(server.slow)
            rest = rest[1000:]
        self.wfile.write(rest if cut is None else rest[:cut])

    def log_message(self, *words):
        """Say nothing."""


@contextmanager
def serving():
    """Give a server, and end it."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def nobody():
    """Return an address of this machine at which nobody listens."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as gone:
        return f"http://127.0.0.1:{gone.server_port}/table.csv"
