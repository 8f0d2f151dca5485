"""SECURITY.md lists every limit as it is. `python -m tests.docs.test_security_doc` writes the table again."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

from worldwright import limits

PAGE = Path(__file__).parent.parent.parent / "SECURITY.md"
BEGIN, END = "<!-- limits -->\n", "<!-- end -->"


def table() -> str:
    """Every limit with its value and its reason, in the order of the file."""
    body = ast.parse(Path(limits.__file__).read_text("utf-8")).body
    rows = ["| limit | at most | why |", "|---|---|---|"]
    for node, following in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            assert isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant), node.target.id
            value = getattr(limits, node.target.id)
            rows.append(f"| `{node.target.id}` | {value:,} | {' '.join(str(following.value.value).split())} |")
    return "\n".join(rows) + "\n"


def written(page: str) -> str:
    """The page with the table as it is now."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END)[1]


def test_every_limit_is_told() -> None:
    """The table is the one of limits.py, value by value."""
    page = PAGE.read_text("utf-8")
    assert written(page) == page
    assert f"| `TASK_INSTANCES` | {limits.TASK_INSTANCES:,} |" in page


def test_what_it_names_is_there() -> None:
    """Files and make targets that the page names exist."""
    page, root = PAGE.read_text("utf-8"), PAGE.parent
    assert "tests/hostile/test_threads.py" in page and (root / "tests" / "hostile" / "test_threads.py").is_file()
    makefile = (root / "Makefile").read_text("utf-8")
    assert "\nfuzz:" in makefile and "\nsoak:" in makefile
    assert "SECURITY.md" in (root / "README.md").read_text("utf-8")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), encoding="utf-8")
