"""How long ``bin/serve`` takes to its first page, beside a bare Pyramid hello-world.

``bin/py bench/start.py [--quick] [--rounds N]``

Both are started warm (files in the page cache, bytecode compiled), by scripts of the same
build, and served by waitress; both are asked for one page as soon as they listen: the sign-in
page of a site of the profile ``test`` here, a line of text there.  The runs alternate.  The
ratio is that of the medians; target at most 3.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, cpu_of, free_port, machine, stop, table, target

HELLO = """
import sys, warnings
warnings.simplefilter("ignore")
from pyramid.config import Configurator
from pyramid.response import Response
from waitress import serve

def hello(request):
    return Response("Xin chào")

config = Configurator()
config.add_route("hello", "/")
config.add_view(hello, route_name="hello")
serve(config.make_wsgi_app(), listen=sys.argv[1], _quiet=True)
"""
PATIENCE = 120.0


def main() -> None:
    """Run both by turns and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="three rounds")
    asked = parser.parse_args()
    rounds = 3 if asked.quick else asked.rounds
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as place:
        folder = Path(place)
        _make_site(folder / "site")
        hello = folder / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        commands = {
            "hello-world": (str(HOME / "bin" / "py"), str(hello), "{listen}"),
            "bin/serve": (
                str(HOME / "bin" / "serve"),
                f"--site={folder / 'site'}",
                "--listen={listen}",
            ),
        }
        pages = {"hello-world": "/", "bin/serve": "/sign-in"}
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                seconds = _first_page(command, pages[name])
                if number:  # the first round only warms the page cache
                    taken[name].append(seconds)
    _print(taken, rounds)


def _make_site(path: Path) -> None:
    from hoso.app.house import found_site
    from hoso.app.seeding import seed

    with found_site(path, "test") as house:
        seed(house)
        house.catch_up()


def _first_page(command: tuple[str, ...], page: str) -> tuple[float, float]:
    """Return wall and processor seconds from the start to the whole first page."""
    listen = f"127.0.0.1:{free_port()}"
    began = time.monotonic()
    process = subprocess.Popen(
        [word.format(listen=listen) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(ConnectionError):
                asked = http.client.HTTPConnection(listen, timeout=PATIENCE)
                asked.request("GET", page)
                answer = asked.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{page} answered {answer.status}")
                return time.monotonic() - began, cpu_of(process.pid)
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit(f"{command[0]} did not answer")
            time.sleep(0.005)
    finally:
        stop(process)


def _print(taken: dict[str, list[tuple[float, float]]], rounds: int) -> None:
    rows, medians = [], {}
    for name, seconds in taken.items():
        wall, cpu = zip(*seconds, strict=True)
        medians[name] = statistics.median(wall), statistics.median(cpu)
        figures = (min(wall), medians[name][0], min(cpu), medians[name][1])
        rows.append((name, *(f"{value:.2f}" for value in figures)))
    heads = ("", "wall min s", "wall median s", "cpu min s", "cpu median s")
    table(f"Start to first page, {rounds} rounds", heads, rows)
    for number, what in enumerate(("wall", "cpu")):
        ratio = medians["bin/serve"][number] / medians["hello-world"][number]
        target(f"bin/serve to hello-world, {what}", ratio, 3.0)
    print(machine())


if __name__ == "__main__":
    main()
