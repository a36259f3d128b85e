"""What the README says of the library, run."""

import re

from tests.serving import ROOT


def test_the_notebook_example_runs(capsys):
    text = (ROOT / "README.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(code, {})
    assert len(capsys.readouterr().out.splitlines()) == 100


def test_every_picture_is_there():
    text = (ROOT / "README.md").read_text("utf-8")
    for path in re.findall(r"!\[.*?\]\((.*?)\)", text):
        assert (ROOT / path).is_file(), path
