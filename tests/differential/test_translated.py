"""The reader of Fast Downward's translations, on a small one written by hand."""

from __future__ import annotations

from tests.differential.translated import read

LAMP = """begin_version
3
end_version
begin_metric
0
end_metric
3
begin_variable
var0
-1
3
Atom at(left)
Atom at(right)
<none of those>
end_variable
begin_variable
var1
-1
2
Atom lit(lamp)
NegatedAtom lit(lamp)
end_variable
begin_variable
var2
0
2
Atom new-axiom@0()
NegatedAtom new-axiom@0()
end_variable
1
begin_mutex_group
2
0 0
0 1
end_mutex_group
begin_state
0
1
1
end_state
begin_goal
1
2 0
end_goal
3
begin_operator
go right
1
1 0
1
0 0 0 1
1
end_operator
begin_operator
switch lamp
0
2
1 1 1 1 -1 0
1 1 0 1 -1 1
0
end_operator
begin_operator
switch lamp
1
0 2
2
1 1 1 1 -1 0
1 1 0 1 -1 1
0
end_operator
1
begin_rule
2
0 1
1 0
2 1 0
end_rule
"""


def test_a_translation_is_a_simulator() -> None:
    """Prevail conditions, effects under conditions, several operators of one action, and what is derived."""
    found = read(iter(LAMP.splitlines()))
    state = found.derived(found.start)
    assert (found.applicable(state), found.facts(state)) == ({("switch", "lamp")}, {("at", "left")})
    state = found.apply(state, ("switch", "lamp"))
    assert (found.applicable(state), found.facts(state)) == (
        {("switch", "lamp"), ("go", "right")},
        {("at", "left"), ("lit", "lamp")},
    )
    assert state[2] == 1
    state = found.apply(state, ("go", "right"))
    assert found.facts(state) == {("at", "right"), ("lit", "lamp")}
    assert state[2] == 0
    assert found.known() == {("at", "left"), ("at", "right"), ("lit", "lamp")}
    assert found.apply(state, ("switch", "lamp"))[2] == 1
