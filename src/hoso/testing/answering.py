"""A site answered from a thread of the test's own process, for a browser to visit."""

from __future__ import annotations

import gc
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from waitress.server import create_server

from hoso.app.wsgi import application

__all__ = ["answered"]


@contextmanager
def answered(house: Any) -> Iterator[str]:
    """Give the address of the site; nothing of it is left behind afterwards."""
    server = create_server(application(house), listen="127.0.0.1:0", threads=3)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(timeout=10)
        # webob keeps a large body in a temporary file and leaves closing it to the collector:
        # it comes now, not in the middle of a test that has nothing to do with it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
