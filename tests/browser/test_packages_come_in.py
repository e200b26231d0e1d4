"""An archivist takes in a package of another agency, and is told what is wrong with a broken one."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "hosocheck"))

from trees import an_eark


def zipped(folder, name, files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"hoso-hs-1/{path}", content)
    (folder / name).write_bytes(out.getvalue())
    return folder / name


def test_a_package_is_refused_with_its_faults_then_taken_in(browse, tmp_path):
    reader = browse("luutru")
    files = an_eark()
    broken = {**files, "documentation/readme.txt": b"Another", "hidden.txt": b"x"}
    page = reader.page
    reader.go("/packages-in")
    page.set_input_files("#f-package", zipped(tmp_path, "gói hỏng.zip", broken))
    page.get_by_role("button", name="Tiếp nhận").click()
    page.wait_for_selector("#f-package-fault")
    reader.shoot("packages-in-refused")
    assert "documentation/readme.txt: CSIP71" in page.locator("#f-package-fault").inner_text()

    page.set_input_files("#f-package", zipped(tmp_path, "gói đúng.zip", files))
    page.get_by_role("button", name="Tiếp nhận").click()
    page.wait_for_selector("table")
    reader.shoot("packages-in")

    row = page.locator("tbody tr").first.inner_text()
    assert "hoso-hs-1" in row
    assert "gói đúng.zip" in row
