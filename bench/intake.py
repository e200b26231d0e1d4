"""Every figure the intake is held to, each beside its target, from one command.

``bin/py bench/intake.py [ocr|digital|quality|proposals|latency|command|all] [--quick]``

``ocr``        the path of a scan beside the engine, two workers, OCRmyPDF (intake_ocr)
``digital``    born-digital papers beside pdfminer.six (intake_digital)
``quality``    letters misread, and what is said of the condition of pages (intake_quality)
``proposals``  precision and recall of each field, and the misses (intake_quality)
``latency``    one scanned page, from drop to found (intake_latency)
``command``    ``bin/hoso intake`` as a whole beside pdfminer.six (intake_command)

Each can be run by itself as ``bin/py bench/intake_….py``, where it takes more options.  Without
a name all are run: half an hour of two cores; ``--quick`` takes samples.  Nothing is asserted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = {
    "ocr": ["intake_ocr.py"],
    "digital": ["intake_digital.py"],
    "quality": ["intake_quality.py", "letters", "condition"],
    "proposals": ["intake_quality.py", "fields"],
    "latency": ["intake_latency.py"],
    "command": ["intake_command.py"],
}


def main() -> int:
    """Run the benches one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join([*PARTS, "all"]))
    parser.add_argument("--quick", action="store_true", help="samples")
    asked = parser.parse_args()
    unknown = set(asked.parts) - {*PARTS, "all"}
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    chosen = list(PARTS) if not asked.parts or "all" in asked.parts else asked.parts
    status = 0
    for name in chosen:
        print(f"\n=== {name}", flush=True)
        script, *words = PARTS[name]
        command = [sys.executable, str(HERE / script), *words, *(["--quick"] * asked.quick)]
        # A process each: what one has loaded does not weigh on the next.
        status |= subprocess.run(command, env=_environment(), check=False).returncode
    return status


def _environment() -> dict[str, str]:
    sys.path.insert(0, str(HERE))
    from machine import environment

    return environment()


if __name__ == "__main__":
    raise SystemExit(main())
