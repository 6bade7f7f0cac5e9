"""The built site, served under a sub-path and compressed as GitHub Pages does, and a real browser to read it."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bookbuild import tools
from bookbuild.languages import SITE

SUB_PATH = "/introduction-to-deep-learning"
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml")


class StaticHost(SimpleHTTPRequestHandler):
    """Serves a folder under a sub-path alone, compressed, and keeps account of what it sent."""

    sent: list[tuple[str, int]]

    def do_GET(self):
        path = self.path.split("?")[0]
        if not path.startswith(SUB_PATH + "/"):
            self.send_error(404)
            return
        self.path = self.path.removeprefix(SUB_PATH)
        file = self.translate_path(self.path)
        if path.endswith("/"):
            file = file.rstrip("/") + "/index.html"
        try:
            with open(file, "rb") as content:
                body = content.read()
        except OSError:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        if file.endswith(COMPRESSED):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.sent.append((path.removeprefix(SUB_PATH), len(body)))

    def log_message(self, format, *args):
        """Keep quiet."""


@pytest.fixture(scope="session")
def site():
    assert (SITE / "index.html").is_file(), "there is no built site: run make book first (make test does)"
    return SITE


@pytest.fixture(scope="session")
def host(site):
    sent = []
    handler = partial(type("Host", (StaticHost,), {"sent": sent}), directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}{SUB_PATH}/"
    server.sent = sent
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    path = tools.chromium()
    assert path, "no Chromium or Chrome: run make tools, which finds or installs one"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=flags)
        yield browser
        browser.close()


class Visit:
    """A browser page that remembers what it asked for and what went wrong."""

    def __init__(self, page, base):
        self.page, self.base = page, base
        self.requests, self.errors = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type in {"error", "warning"} and self.errors.append(message.text))
        page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))

    def open(self, address):
        """Open an address of the site and return the browser's page."""
        self.page.goto(self.base + address, wait_until="load")
        return self.page

    @property
    def elsewhere(self):
        """The requests that left the site."""
        return [url for url in self.requests if not url.startswith((self.base, "data:", "blob:"))]


@pytest.fixture
def visit(browser, host):
    """Start a visit: ``visit(width=390, dark=True, script=False)``."""
    contexts = []

    def start(width=1200, dark=False, script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        return Visit(context.new_page(), host.address)

    yield start
    for context in contexts:
        context.close()
