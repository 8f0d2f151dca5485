"""The renamed skin's patterns: other verbs, other order, the same actions.

Agents trained on one action wording break under another. Given a number, this module makes a wording that differs from
the world's own: every verb is replaced by one of like meaning (the same verb by the same one everywhere), and what
follows it with a preposition may come first: "take {x} from {r}" may become "from {r} grab {x}".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from ..check.world import World
from .phrases import Parts, said
from .words import humanised

# Verbs of like meaning. Rows may overlap; a verb is used once in a wording.
_LIKE: dict[str, tuple[str, ...]] = {
    "add": ("include", "put in"),
    "answer": ("respond to", "reply to"),
    "approve": ("endorse", "greenlight"),
    "ask": ("question", "query", "quiz"),
    "assemble": ("construct", "join up"),
    "attack": ("assail", "strike at"),
    "back": ("return", "step back"),
    "basket": ("cart", "shopping bag"),
    "boil": ("simmer", "seethe"),
    "break": ("shatter", "smash"),
    "buy": ("purchase", "acquire", "order up"),
    "call": ("phone", "ring up"),
    "charge": ("power", "top up"),
    "check": ("verify", "audit"),
    "check in": ("register", "sign in"),
    "check out": ("settle the bill", "pay up"),
    "choose": ("opt for", "select", "pick"),
    "clean": ("scrub", "cleanse", "wash"),
    "clear": ("reset", "wipe"),
    "climb": ("scale", "clamber"),
    "close": ("seal", "fasten shut", "push closed"),
    "combine": ("merge", "unite"),
    "connect": ("link", "hook up"),
    "cook": ("prepare", "roast"),
    "cool": ("chill", "refrigerate"),
    "count": ("tally", "number up"),
    "cross": ("traverse", "pass over"),
    "cut": ("slice", "carve"),
    "deposit": ("hand in", "feed in"),
    "describe": ("portray", "depict"),
    "dig": ("excavate", "delve"),
    "disconnect": ("unlink", "unhook"),
    "drink": ("sip", "swallow", "gulp"),
    "drop": ("release", "let go of", "discard"),
    "eat": ("consume", "devour", "munch"),
    "empty": ("drain", "tip out"),
    "enter": ("step into", "proceed into"),
    "escalate": ("raise", "pass upward"),
    "examine": ("study", "scrutinise", "survey"),
    "exit": ("depart", "step out"),
    "extinguish": ("snuff", "douse"),
    "face": ("turn towards", "orient to"),
    "fill": ("top up", "replenish"),
    "filter": ("narrow down", "sift"),
    "find": ("locate", "seek out"),
    "follow": ("trail", "tail"),
    "forward": ("advance", "step ahead"),
    "freeze": ("ice up", "frost"),
    "get": ("fetch", "obtain", "acquire"),
    "give": ("hand", "offer", "present"),
    "go": ("head", "proceed", "travel", "move"),
    "go to": ("approach", "walk over to", "head to", "visit"),
    "grab": ("seize", "clutch"),
    "handbook": ("rulebook", "guidelines"),
    "heat": ("warm", "warm up"),
    "help": ("assist", "aid"),
    "hit": ("strike", "knock"),
    "identify": ("recognise", "name"),
    "insert": ("slot in", "feed in", "slide in"),
    "inspect": ("look over", "vet"),
    "inventory": ("belongings", "list possessions", "review pockets"),
    "jump": ("leap", "hop"),
    "kill": ("slay", "dispatch"),
    "label": ("tag", "inscribe"),
    "leave": ("depart", "exit"),
    "light": ("kindle", "ignite", "fire up"),
    "listen": ("hearken", "lend an ear"),
    "lock": ("bolt", "secure"),
    "look": ("observe", "gaze around", "view surroundings"),
    "look around": ("observe", "gaze around"),
    "look at": ("regard", "peer at", "behold"),
    "look up": ("consult", "retrieve"),
    "lower": ("let down", "bring down"),
    "make": ("produce", "create"),
    "mark": ("tag", "flag"),
    "measure": ("gauge", "take the measure of"),
    "melt": ("liquefy", "thaw"),
    "mix": ("blend", "stir together"),
    "move": ("shift", "relocate"),
    "notes": ("jottings", "memos"),
    "open": ("unseal", "prise open", "swing open"),
    "order": ("request", "send for"),
    "pay": ("compensate", "settle up with"),
    "pick": ("choose", "single out"),
    "pick up": ("grab", "lift", "collect"),
    "place": ("lay", "set down"),
    "plant": ("sow", "bed in"),
    "pour": ("tip", "decant"),
    "press": ("push down", "depress"),
    "pull": ("tug", "haul"),
    "push": ("shove", "thrust"),
    "put": ("place", "stow", "deposit", "lay"),
    "put down": ("set down", "leave behind"),
    "put on": ("don", "slip into"),
    "put out": ("snuff", "quench"),
    "raise": ("hoist", "lift up"),
    "read": ("peruse", "pore over"),
    "refund": ("reimburse", "repay"),
    "refuse": ("decline", "turn down"),
    "remove": ("withdraw", "extract"),
    "replace": ("swap out", "exchange"),
    "request": ("apply for", "petition for"),
    "restart": ("reboot", "begin again"),
    "return": ("bring back", "give back"),
    "row": ("paddle", "pull the oars"),
    "row across": ("paddle over", "ferry over"),
    "say": ("utter", "speak"),
    "search": ("rummage", "comb"),
    "select": ("opt for", "choose"),
    "sell": ("vend", "trade away"),
    "send": ("dispatch", "forward", "mail"),
    "send back": ("ship back", "return"),
    "set": ("adjust", "tune"),
    "shake": ("rattle", "jiggle"),
    "show": ("display", "exhibit"),
    "sit": ("take a seat", "settle down"),
    "sleep": ("doze", "slumber"),
    "smell": ("sniff", "take a whiff of"),
    "start": ("begin", "launch"),
    "stir": ("swirl", "agitate"),
    "stop": ("halt", "cease"),
    "swim": ("paddle", "wade"),
    "switch": ("flip", "toggle"),
    "switch off": ("deactivate", "power down"),
    "switch on": ("activate", "power up"),
    "take": ("grab", "seize", "fetch", "collect", "pick out"),
    "talk": ("converse", "chat"),
    "talk to": ("address", "speak with"),
    "taste": ("sample", "try a bite of"),
    "throw": ("hurl", "toss", "fling"),
    "tickets": ("queue", "requests"),
    "tie": ("bind", "knot"),
    "toggle": ("flip", "flick"),
    "toss": ("lob", "pitch"),
    "touch": ("feel", "tap"),
    "turn": ("rotate", "swivel", "pivot"),
    "turn off": ("deactivate", "power down"),
    "turn on": ("activate", "power up"),
    "unlock": ("unbolt", "unfasten", "undo the lock of"),
    "untie": ("unbind", "unknot"),
    "use": ("employ", "utilise", "apply"),
    "verify": ("authenticate", "validate"),
    "view": ("display", "bring up"),
    "visit": ("call at", "drop in on"),
    "wait": ("pause", "linger", "bide time"),
    "walk": ("stroll", "stride"),
    "wash": ("rinse", "scrub"),
    "water": ("irrigate", "sprinkle"),
    "wear": ("put on", "don"),
    "write": ("jot down", "pen"),
}
# What makes another verb of the one before it: "check" and "check out" have nothing in common.
_PARTICLES = frozenset({"across", "ahead", "away", "back", "down", "forward", "off", "on", "out", "over", "up"})
# For verbs that have no row: neutral ones, explained in the instructions.
_NEUTRAL = (
    "perform", "carry out", "undertake", "execute", "enact", "conduct", "effect", "render", "tackle", "handle",
    "process", "pursue", "commence", "initiate", "arrange", "attempt", "manage", "operate", "accomplish", "transact",
)  # fmt: skip


def renamed(world: World, number: int) -> tuple[tuple[Parts, ...], tuple[str, ...]]:
    """One pattern for every action, and a note for those whose new verb says little."""
    models = [_model(said(action)) for action in world.actions]
    taken = {" ".join(p for p in parts if isinstance(p, str)) for action in world.actions for parts in said(action)}
    taken |= {word for phrase in taken for word in phrase.split()}
    verbs: dict[str, tuple[str, bool]] = {}
    patterns: list[Parts] = []
    notes: list[str] = []
    for action, model in zip(world.actions, models, strict=True):
        key, rest = _verb(model)
        verb, plain = verbs[key] if key in verbs else _choose(key, number, taken)
        verbs[key] = (verb, plain)
        parts = _ordered(model, verb, number) + rest
        while any(_alike(parts, other) for other in patterns):
            verb, plain = _choose(key, number, taken)
            parts = _ordered(model, verb, number) + rest
        patterns.append(parts)
        notes.append("" if plain else f" (to {humanised(action.name)})")
    return tuple(patterns), tuple(notes)


def _model(patterns: Sequence[Parts]) -> Parts:
    """The pattern to build on: the first that begins with a word."""
    return next((parts for parts in patterns if isinstance(parts[0], str)), patterns[0])


def _verb(parts: Parts) -> tuple[str, Parts]:
    """The verb: the words before the first slot, with those after the last where they belong to it ("turn {x} on").

    Else the latter stay where they are ("send {x} a voucher") and come second.
    """
    slots = [i for i, part in enumerate(parts) if isinstance(part, int)]
    if not slots:
        return " ".join(str(part) for part in parts), ()
    head, tail = parts[: slots[0]], parts[slots[-1] + 1 :]
    verb = " ".join(str(part) for part in head)
    phrasal = " ".join(str(part) for part in (*head, *tail))
    return (phrasal, ()) if phrasal in _LIKE else (verb, tail)


def _choose(verb: str, number: int, taken: set[str]) -> tuple[str, bool]:
    """A verb for a verb: one of like meaning that is still free, else a neutral one (and False)."""
    alike = _alike_verbs(verb)
    found = _pick(alike, verb, number, taken)
    if found:
        return found, True
    numbered = (f"perform {count}" for count in range(2, len(taken) + 3))
    found = _pick(_NEUTRAL, verb, number, taken) or next(one for one in numbered if one not in taken)
    taken.add(found)
    return found, False


def _alike_verbs(verb: str) -> list[str]:
    """Verbs of like meaning: those of the longest beginning that is known, with the rest of the words after them."""
    given = verb.split()
    for count in range(len(given), 0, -1):
        rest = given[count:]
        if rest and rest[0] in _PARTICLES:
            continue
        found = _LIKE.get(" ".join(given[:count]), ())
        if found:
            return [" ".join((like, *rest)) for like in found]
    return []


def _pick(verbs: Sequence[str], what: str, number: int, taken: set[str]) -> str:
    """One of the verbs that are still free, now taken; "" if none is."""
    free = [verb for verb in verbs if verb not in taken]
    if not free:
        return ""
    verb = free[_mixed(number, what, len(free))]
    taken.add(verb)
    return verb


def _ordered(parts: Parts, verb: str, number: int) -> Parts:
    """The pattern with its new verb, its segments in the order that this wording prefers."""
    slots = [i for i, part in enumerate(parts) if isinstance(part, int)]
    words = tuple(verb.split())
    if not slots:
        return words
    segments: list[Parts] = []
    start = slots[0]
    for slot in slots:
        segments.append(parts[start : slot + 1])
        start = slot + 1
    if len(segments) == 1:
        return (*words, *segments[0])
    named = [segment for segment in segments[1:] if len(segment) > 1]
    bare = [segment for segment in segments if segment not in named]
    if not named:
        return (*words, *_flat(segments))
    if len(bare) == 1 or _mixed(number, "order", 2):
        return (*_flat(named), *words, *_flat(bare))
    return (*words, *_flat(bare), *_flat(reversed(named)))


def _flat(segments: Iterable[Parts]) -> Parts:
    return tuple(part for segment in segments for part in segment)


def _alike(one: Parts, other: Parts) -> bool:
    """Do two patterns have the same words in the same places?"""
    return [part if isinstance(part, str) else 0 for part in one] == [
        part if isinstance(part, str) else 0 for part in other
    ]


def _mixed(number: int, what: str, below: int) -> int:
    """A number below `below` that depends on nothing but the wording's number and what it is for."""
    return int.from_bytes(hashlib.sha256(f"{number}/{what}".encode()).digest()[:8], "big") % below
