"""docs/citing.md shows how a digest is checked by hand: that has to be true."""

import re

from app.settings import PROJECT
from tests.citations.test_certificate import newest


def test_the_digest_is_checked_as_the_documentation_says(ledger, visit, tmp_path, monkeypatch):
    text = (PROJECT / "docs" / "citing.md").read_text(encoding="utf-8")
    shown = re.search(r"^    import hashlib.*?== stated$", text, re.MULTILINE | re.DOTALL)
    assert shown is not None
    code = "\n".join(line.removeprefix("    ") for line in shown[0].splitlines())
    file = visit(newest(visit).replace("certificate?", "certificate.json?"), checked=False).response.text
    (tmp_path / "certificate.json").write_text(file, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = {}
    exec(code, told)  # noqa: S102 - the lines of our own documentation
    assert len(told["stated"]) == 64
