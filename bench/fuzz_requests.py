"""Let a fuzzer that is guided by coverage ask a whole site what nobody would; print what broke.

``bin/py bench/fuzz_requests.py [--seconds N] [--seed N] [--quick]``

Atheris draws bytes; ``hoso.testing.fuzz_requests`` makes requests of them: odd words in every
kind of address, methods, headers, cookies, forms. An answer of 500 or more is a fault, and the
bytes that led to it are printed; ends with status 1.  What is asked is undone each time.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))


def main() -> int:
    """Fuzz; report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ten seconds")
    asked = parser.parse_args()
    seconds = 10 if asked.quick else asked.seconds
    import atheris

    with atheris.instrument_imports(include=["hoso", "webob", "pyramid"]):
        from hoso.access import keys, sessions
        from hoso.app.wsgi import application
        from hoso.http.rates import Rates
        from hoso.kernel.clock import FrozenClock
        from hoso.testing.fuzz_requests import a_request
        from hoso.testing.sites import NOW, Prepared

    with tempfile.TemporaryDirectory(prefix="hoso-fuzz-") as name:
        prepared = Prepared(Path(name) / "prepared")
        house = prepared.copy(Path(name) / "site", FrozenClock(NOW))
        house.catch_up()

        def undone(config: object) -> None:
            config.add_settings({"tm.commit_veto": lambda *_: True})  # type: ignore[attr-defined]
            config.registry.rates = Rates.of(searches=0, makings=0, misses=0)  # type: ignore[attr-defined]

        app = application(house, undone)
        made: dict[str, str] = {}

        def work(connection: object) -> None:
            root, now = connection.root(), house.clock.now()  # type: ignore[attr-defined]
            made["session"] = sessions.begin(root, "officer", now=now)
            made["key"] = keys.issue(root, "officer", label="fuzz", days=2, now=now)

        house.databases.attempt(work)
        statuses: dict[int, int] = {}
        broken: list[tuple[str, str]] = []
        until = time.monotonic() + seconds

        def one(raw: bytes) -> None:
            if time.monotonic() > until:
                _end(statuses, broken)
            request = a_request(raw, session=made["session"], key=made["key"])
            answer = request.get_response(app)
            statuses[answer.status_int] = statuses.get(answer.status_int, 0) + 1
            if answer.status_int >= 500:
                broken.append((f"{request.method} {request.path_qs[:200]}", raw.hex()))

        atheris.Setup([sys.argv[0], f"-seed={asked.seed}", "-max_len=400", "-verbosity=0"], one)
        atheris.Fuzz()
    return 0


def _end(statuses: dict[int, int], broken: list[tuple[str, str]]) -> None:
    """Say what was found and leave: the fuzzer itself never returns."""
    rows = [(str(status), f"{count:,}") for status, count in sorted(statuses.items())]
    table("Requests nobody would write", ("status", "answers"), rows)
    for asked, raw in broken[:20]:
        print(f"BROKEN {asked}\n  {raw}")
    print(machine())
    sys.stdout.flush()
    os._exit(1 if broken else 0)


if __name__ == "__main__":
    sys.exit(main())
