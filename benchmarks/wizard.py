"""The wizard in a browser, over an installation with many companies: from the key to the picture, with everything
between – the pause after the last key, the request, the draft saved on SQLite, the preview, the drawing.

`satsuma web` runs in a process of its own, as for users; Chromium asks it over the loopback.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.data import Options
from benchmarks.timing import Line, seconds

TARGET_SECONDS = 0.25
COLD, WARM = "opened, the first in a process", "opened again"
KEYS, WARMING = 20, 4
EMAIL, PASSWORD = "ada@example.com", "correct horse battery"
START_SECONDS = 60
PATIENT_MS = 120_000
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MEASURE = """event => {
    window.pictured = new Promise((resolve, reject) => {
        setTimeout(reject, 60000, new Error("nothing was drawn within a minute"));
        let start = null;
        addEventListener(event, ({ timeStamp }) => { start = timeStamp; }, { capture: true, once: true });
        const changes = new MutationObserver(() => {
            if (start === null) return;
            changes.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - start));
        });
        const whatever = { childList: true, subtree: true, attributes: true, characterData: true };
        changes.observe(document.getElementById("preview-numbers"), whatever);
    });
}"""
"""From when the event happened to the frame in which the preview is drawn anew."""
REQUESTS = """performance.getEntriesByType("resource")
    .filter(({ name }) => name.includes("/saved/")).map(({ duration }) => duration)"""


def lines(options: Options) -> Iterator[Line]:
    with TemporaryDirectory(prefix="satsuma-benchmark-") as folder:
        outside = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_"))}
        outside["SATSUMA_DATA"] = folder
        command = [sys.executable, "-m", "benchmarks.wizard_child", str(options.rows)]
        filling = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=outside)
        draft = filling.stdout.decode().strip()
        with _serving(outside) as address, _page(address) as page:
            for what, took in _measured(page, draft).items():
                yield from _told(what, took, options.rows)


def _told(what: str, took: list[float], rows: int) -> Iterator[Line]:
    if len(took) == 1:
        yield Line(f"wizard, {what}", rows, took[0])
        return
    target = TARGET_SECONDS if rows <= 1_000_000 and not what.endswith("the request") else None
    yield Line(f"wizard, {what}, median of {KEYS}", rows, median(took), target=target)
    yield Line(f"wizard, {what}, 95th percentile", rows, quantiles(took, n=20, method="inclusive")[-1], target=target)


@contextmanager
def _serving(outside: dict[str, str]) -> Iterator[str]:
    """The web server alone: a worker would score everybody again now and then."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "satsuma.cli", "web", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=outside)
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=START_SECONDS)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def _page(address: str) -> Iterator[Page]:
    program = shutil.which("chromium") or shutil.which("google-chrome")  # None: the one that Playwright brought
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=QUIET)
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="en-US")
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        page.goto("/")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("navigation", name="Main").wait_for()
        yield page
        browser.close()


def _measured(page: Page, address: str) -> dict[str, list[float]]:
    """Seconds by what was done; several for what was repeated."""
    took = {COLD: [seconds(lambda: page.goto(address))], WARM: [seconds(lambda: page.goto(address))]}
    points = page.get_by_label("Range 2 of Employees: points")
    took |= _typed(page, "points typed", lambda turn: _type_over(page, points, str(1 + turn % 9)))
    page.get_by_label("Range 5 of Employees: to").focus()
    page.keyboard.press("End")
    took |= _typed(page, "a range's end typed", lambda turn: page.keyboard.press(_at_end(turn)))
    relevance = page.get_by_role("region", name="Employees").get_by_label("Relevance")
    with page.expect_response(lambda answer: "/saved/" in answer.url):
        relevance.fill("1")
    relevance.focus()
    took |= _typed(page, "relevance by arrow keys", lambda turn: page.keyboard.press(_to_and_fro(turn)))
    return {**took, "a threshold dragged": _dragged(page)}


def _typed(page: Page, what: str, act: Callable[[int], object]) -> dict[str, list[float]]:
    took = _repeated(page, "keydown", act)
    return {what: took, f"{what}: the request": [each / 1000 for each in page.evaluate(REQUESTS)[-KEYS:]]}


def _repeated(page: Page, event: str, act: Callable[[int], object]) -> list[float]:
    """Each after the picture of the one before; without the first few, which warm what is kept of single columns."""
    took = []
    for turn in range(WARMING + KEYS):
        page.evaluate(MEASURE, event)
        act(turn)
        took.append(page.evaluate("window.pictured") / 1000)
    return took[WARMING:]


def _type_over(page: Page, control: Locator, key: str) -> None:
    control.select_text()
    page.keyboard.press(key)


def _at_end(turn: int) -> str:
    return "Backspace" if turn % 2 == 0 else str(1 + turn // 2 % 9)


def _to_and_fro(turn: int) -> str:
    return "ArrowRight" if turn // 9 % 2 == 0 else "ArrowLeft"


def _dragged(page: Page) -> list[float]:
    handle = page.get_by_role("slider", name="VIP begins at").locator(".wizard-threshold-head")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(left, top)
    page.mouse.down()
    took = _repeated(page, "pointermove", lambda turn: page.mouse.move(left - 6 - 6 * (turn % 8), top))
    page.mouse.up()
    return took
