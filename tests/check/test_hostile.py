"""Texts made to exhaust the checker: each gets its diagnostics within two seconds and 200 MB."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from tests.timing import seconds

from worldwright.check import check_report
from worldwright.source import Source
from worldwright.syntax.modules import read_modules

TASK = 'state n: 0..3 = 0\naction q say "q" set n = 3\n'


def chain(first: str, link: str, count: int) -> str:
    """A line and then many made from it."""
    return "\n".join([first, *(link.format(i=i, before=i - 1, next=(i + 1) % count) for i in range(1, count))]) + "\n"


T4000 = "type T\nobject a[4000]: T\n"
T100 = "type T\nobject a[100]: T\n"
FIVE = "task t(a: T, b: T, c: T, d: T, e: T)"
PLAIN = "define d0(x: 0..9) = x = 3"
ALIASES = " | ".join(f'"{"cd " * 900}{i}"' for i in range(70))
WORDS = " | ".join(f'"w{j} {{a}}"' for j in range(50))

ATTACKS: dict[str, tuple[str, str]] = {
    "objects that multiply": ("WW216", "type T\nobject a[4000, 4000, 4000]: T\n"),
    "params that multiply": ("WW216", "param n: 1..60000 = 60000\ntype T\nobject a[n, n]: T\n"),
    "values": ("WW216", "state n: " + " | ".join(f"v{i}" for i in range(20_000)) + " = v1\n"),
    "ranges": ("WW216", "".join(f"state s{i}: {i}..{i + 65_000} = {i}\n" for i in range(3_000))),
    "state": ("WW216", T4000 + "state s(T, T, T): bool = false\n"),
    "aliases of types": ("WW216", chain("type T0 = a | b", "type T{i} = T{before} | v{i}", 3_000)),
    "lattice": ("WW103", chain("type T0", "type T{i} is T{before}", 9_000) + "object x: T9000\n"),
    "commands": ("WW216", T4000 + 'action q(x: T, y: T) say "q {x} of {y}" tell "Q."\n'),
    "bindings": ("WW216", T4000 + "define d = exists x: T, y: T (x = y)\n"),
    "nested quantifiers": ("WW217", T4000 + "define d = exists x: T (exists y: T (x = y))\n"),
    "doubling definitions": ("WW217", chain(PLAIN, "define d{i}(x: 0..9) = d{before}(x) and d{before}(x)", 50)),
    "doubling numbers": (
        "WW207",
        chain("define d0(x: 0..9) = x", "define d{i}(x: 0..9) = d{before}(x) * d{before}(x)", 50),
    ),
    "doubling text": ("WW217", chain('view v0 tell "aaaa"', "view v{i} show v{before} show v{before}", 50)),
    "deep definitions": ("WW216", chain(PLAIN, "define d{i}(x: 0..9) = d{before}(x) or x = 1", 900)),
    "wide circle": ("WW216", "".join(f"define d{i}(x: 0..9) = x = 3 or d{(i + 1) % 900}(x)\n" for i in range(900))),
    "deep views": ("WW216", chain('view v0 tell "a"', "view v{i} show v{before}", 900)),
    "table": ("WW216", "type T\nobject a[1000]: T\ndefine r(x: T, y: T, z: T) = x = y or r(y, x, z)\n"),
    "family of tasks": ("WW407", T100 + TASK + FIVE + '"Do." goal n = 3\n'),
    "where": ("WW407", T100 + TASK + FIVE + ' where a != b and c != d and d != e and e != a "Do." goal n = 3\n'),
    "deep recursion": (
        "WW404",
        TASK + 'define r(x: 1..3000) = x = 3000 or (x < 3000 and r(x + 1))\ntask t where r(1) "Do." goal n = 0\n',
    ),
    "loops in start": (
        "WW217",
        "type T\nobject a[200]: T\nstate s(T): 0..9 = 0\nstart for x: T, y: T do for z: T do s(x) = 3 end end\n",
    ),
    "names": ("WW216", "type T\n" + "".join(f'object o{i} "{"ab " * 1_000}{i}": T\n' for i in range(60))),
    "names inside names": (
        "WW501",
        "type T\nobject "
        + ", ".join(f'o{i} "x x x x x {i}"' for i in range(2_000))
        + ": T\nstate s: T = o1\nstart "
        + "".join('tell "' + "x " * 1_900 + '"\n' for _ in range(20)),
    ),
    "unknown names": ("WW101", "define d = " + " and ".join(f"zzz{i} = 3" for i in range(8_000)) + "\n"),
    "patterns": (
        "WW308",
        'type T\nobject a[500] "a b": T\n' + "".join(f'action x{i}(a: T) say {WORDS} tell "x"\n' for i in range(40)),
    ),
    "long names of many atoms": ("WW216", f'type T\nobject o[4000] "x" also {ALIASES}: T\n'),
}


CHILD = """
import resource, sys
from worldwright.check import check_report
from worldwright.source import Source
from worldwright.syntax.modules import read_modules
check_report(read_modules(Source("attack", sys.stdin.read()), {}))
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():  # getrusage would start at the size of the process that forked this one
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM:"))
    print(int(line.split()[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(name: str) -> None:
    """The attack is answered, in time."""
    code, text = ATTACKS[name]
    parts = read_modules(Source("attack", text + 'world "Attack"\n'), {})
    for _ in range(3):  # a busy machine slows the first tries down
        start = time.process_time()
        _, diagnostics = check_report(parts)
        spent = time.process_time() - start
        assert code in {d.code for d in diagnostics}
        if spent < seconds(2):
            return
    raise AssertionError(f"{spent:.1f} s")


@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_memory(name: str) -> None:
    """The attack is answered within the memory."""
    text = ATTACKS[name][1] + 'world "Attack"\n'
    found = subprocess.run([sys.executable, "-c", CHILD], input=text, capture_output=True, text=True, check=True)
    assert int(found.stdout) < 200
