"""Small worlds made up at random: a few variables, needs, effects, chance, and what every turn does."""

from __future__ import annotations

from random import Random

VARIABLES = {"a": 3, "b": 3, "c": 4, "d": 2}
"""Numbers from 0 up to these."""


def random_world(seed: int) -> str:
    """A world's text; the same for the same seed. Its states can be listed."""
    random = Random(seed)
    lines = ['world "A Made-up World"', "type Colour = red | green | blue", "state hue: Colour = red"]
    lines += ["state fixed: Colour = red", *(f"state {name}: 0..{most} = 0" for name, most in VARIABLES.items())]
    lines += ["start", "  fixed = one of red, green", f"  a = any 0..{random.randint(0, 3)}", "  c = a", "  d = 0"]
    keeping = seed % 2 == 0  # most of these keep the first equations
    for number in range(random.randint(2, 6)):
        lines += [f"action act{number}{random.choice(['', '', ' free'])}", f'  say "do {number}"']
        lines += [f'  need {_condition(random)} else "No."' for _ in range(random.randint(0, 2))]
        if keeping:
            lines += _transfer(random)
        for _ in range(0 if keeping else random.randint(1, 3)):
            lines += _effect(random)
        lines.append('  tell "Done."')
    if random.random() < 0.3 and not keeping:
        lines += ["each turn", *_effect(random)]
    lines += ['task reach "Reach it."', f"  goal hue != fixed and {_condition(random)}"]
    lines += ['task far "Go far."', f"  goal hue = red and {_condition(random)} and {_condition(random)}"]
    lines += ["action paint(h: Colour)", '  say "paint {h}"', f'  need {_condition(random)} else "No."']
    lines += ["  set hue = h", '  tell "Done."']
    lines += ["always a + b = c", "always a + b + d = c", "always a + (if fixed = red then b else d) = c"]
    return "\n".join(lines) + "\n"


def _condition(random: Random) -> str:
    name, other = random.sample(sorted(VARIABLES), 2)
    return random.choice(
        [
            f"{name} {random.choice(['=', '!=', '<', '>='])} {random.randint(0, VARIABLES[name])}",
            f"{name} {random.choice(['=', '<=', '!='])} {other}",
            f"{name} + {other} {random.choice(['=', '<', '>='])} {random.randint(0, 4)}",
            f"hue = {random.choice(['red', 'green', 'blue'])}",
            "hue != fixed",
            f"({name} > 0 or hue = {random.choice(['red', 'green', 'blue'])})",
        ]
    )


def _effect(random: Random) -> list[str]:
    name, other = random.sample(sorted(VARIABLES), 2)
    up = f"set {name} = min({VARIABLES[name]}, {name} + 1)"
    down = f"set {other} = max(0, {other} - 1)"
    plain = random.choice(
        [
            [up],
            [down],
            [up, down],
            ["set b = min(3, b + 1)", "set c = min(4, c + 1)"],
            ["set a = max(0, a - 1)", "set b = min(3, b + 1)"],
            [f"set {name} = {random.randint(0, VARIABLES[name])}"],
            [f"set hue = {random.choice(['red', 'green', 'blue'])}"],
        ]
    )
    odds = "1 in 2" if name < other else f"{name} in {other} + 1"
    head = random.choice(["", "", "", f"if {_condition(random)} then", f"chance {odds} then"])
    body = [f"    {line}" for line in plain]
    return [f"  {head}", *body, "  end"] if head else [line[2:] for line in body]


def _transfer(random: Random) -> list[str]:
    """Moves one from a to b or back, or adds one on both sides; now and then a need is missing, or an effect."""
    needs, effects = random.choice(
        [
            (["a > 0", "b < 3"], ["set a = max(0, a - 1)", "set b = min(3, b + 1)"]),
            (["a < 3", "b > 0"], ["set b = max(0, b - 1)", "set a = min(3, a + 1)"]),
            (["b < 3", "c < 4"], ["set b = min(3, b + 1)", "set c = min(4, c + 1)"]),
            (["b > 0"], ["set b = max(0, b - 1)", "set c = max(0, c - 1)"]),
            (["b = 2"], ["set b = 0", "set c = max(0, c - 2)"]),
            (["a + b <= 2"], ["set hue = green", "if c = 5 - 5 then set hue = blue end"]),
        ]
    )
    if random.random() < 0.2:
        needs = needs[1:]
    if random.random() < 0.1:
        effects = effects[1:]
    return [*(f'  need {need} else "No."' for need in needs), *(f"  {effect}" for effect in effects)]
