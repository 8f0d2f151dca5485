"""A game's start and quests as the text of a world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..pddl.text import quoted
from .known import CUTS, Features
from .model import HELD, NOWHERE, Model, cookers
from .quests import Goal
from .words import Words

WIDTH = 100
"""Lists are broken here; the formatter settles the rest."""
COOKER_TYPES = {"roasted": "Oven", "fried": "Stove", "grilled": "Toaster"}


@dataclass(frozen=True, slots=True)
class Written:
    """All that a world's text is made of."""

    title: str
    about: str
    task: str
    remarks: tuple[str, ...]
    limit: int
    model: Model
    words: Words
    what: Features
    goals: list[Goal]
    lines: list[str] = field(default_factory=list)

    def put(self, *lines: str) -> None:
        """More lines; a line that is empty parts."""
        self.lines.extend(lines)

    @property
    def single(self) -> bool:
        """Whether nothing has to be remembered: there is one quest to win, and it is won at once."""
        return sum(goal.counts for goal in self.goals) == 1

    @property
    def one_room(self) -> bool:
        """Whether everything stands in one room, so that nobody need ask where."""
        return len(self.model.of("r")) == 1

    def stands(self, fixture: str) -> list[str]:
        """The need that a fixture is at hand, where it could be elsewhere."""
        return [] if self.one_room else [f'need spot({fixture}) = here else "You see no {{{fixture}}} here."']

    def standing(self, fixture: str) -> str:
        """The part of a loop's head that leaves out fixtures of other rooms."""
        return "" if self.one_room else f" where spot({fixture}) = here"

    def names(self, entities: Iterable[str]) -> list[str]:
        """The world's names of some entities."""
        return [self.words.names[entity] for entity in entities]


def world_text(world: Written) -> str:
    """The text of the world, not yet formatted."""
    for part in (_head, _types, _states, _definitions, _start, _views, _moving, _carrying, _opening, _eating, _cooking):
        part(world)
    _looking(world)
    _turn(world)
    _task(world)
    return "\n".join(world.lines) + "\n"


def _rule(title: str) -> str:
    return f"\n# {'-' * 60} {title}"


def _head(world: Written) -> None:
    world.put(*(f"# {remark}" for remark in world.remarks), f"world {quoted(world.title)}")
    if world.about:
        world.put(f"about {quoted(world.about)}")


# ---------------------------------------------------------------- what exists


def _types(world: Written) -> None:
    model = world.model
    world.put(_rule("what exists"), "type Room", "type Thing")
    if model.foods:
        world.put("type Food is Thing")
    if model.of("k"):
        world.put("type Key is Thing")
    if model.spots:
        world.put("type Fixture")
    if model.lids:
        world.put("type Closable")
    if model.containers:
        world.put("type Container is Fixture, Closable")
    if model.supporters:
        world.put("type Supporter is Fixture")
    kinds = {"roasted": ("Oven", "Container"), "fried": ("Stove", "Supporter"), "grilled": ("Toaster", "Container")}
    for how in cookers(model):
        world.put("type {} is {}".format(*kinds[how]))
    if model.of("d"):
        world.put("type Door is Closable")
    if model.exits:
        world.put('type Way = north also "n" | south also "s" | east also "e" | west also "w"')
    if _heats(world):
        world.put("type Heat = raw | fried | roasted | grilled")
    if _cuts(world):
        world.put("type Cut = whole | uncut | sliced | diced | chopped")
    if not world.single:
        shown = [f"{g.identifier} {quoted(g.words)}" for g in world.goals if g.counts]
        world.put("", "# What is to be done; what was done once stays done.", f"type Quest = {' | '.join(shown)}")
    world.put("")
    sorts = [("r", "Room"), ("d", "Door"), ("c", "Container"), ("s", "Supporter"), ("oven", "Oven")]
    sorts += [("stove", "Stove"), ("toaster", "Toaster"), ("k", "Key"), ("f", "Food"), ("meal", "Food"), ("o", "Thing")]
    for kind, sort in sorts:
        entities = model.of(kind)
        if entities:
            world.put(f"object {', '.join(_declared(world, entity) for entity in entities)}: {sort}")


def _declared(world: Written, entity: str) -> str:
    """An object, with its shown name where the identifier does not say it."""
    name, shown = world.words.names[entity], world.words.shown[entity]
    also = [s for s in dict.fromkeys(world.model.infos[entity].synonyms or ()) if s.strip() and s.isprintable()][:8]
    aliases = " also " + " | ".join(map(quoted, also)) if also else ""
    return (name if name.replace("_", " ") == shown else f"{name} {quoted(shown)}") + aliases


def _heats(world: Written) -> bool:
    """Whether food has been cooked, or can be."""
    foods = world.model.foods.values()
    return world.what.cooking and (bool(cookers(world.model)) or any(f.takes_heat for f in foods))


def _cuts(world: Written) -> bool:
    return any(food.cut for food in world.model.foods.values()) and world.what.cooking


def _places(world: Written) -> str:
    """Where things can be."""
    model = world.model
    places = ["Room"] + (["Fixture"] if model.spots else []) + ["hand"]
    places += ["eaten"] if model.foods and world.what.has("eat", "drink") else []
    places += ["used"] if model.ingredients else []
    places += ["nowhere"] if NOWHERE in model.at.values() else []
    return " | ".join(places)


def _states(world: Written) -> None:
    model = world.model
    world.put(_rule("what never changes"))
    if model.exits:
        world.put("state exit(Room, Way): Room | none = none")
    if model.doors:
        world.put("state door(Room, Way): Door | none = none")
    if model.spots:
        world.put(f"state spot(Fixture): Room = {world.words.names[model.here]}")
    if model.keys:
        world.put("state key(Closable): Key | none = none")
    if _heats(world):
        world.put("state takes_heat(Food): bool = false", "state needs_heat(Food): bool = false")
    if model.foods and world.what.cooking:
        world.put("state wholesome(Food): bool = false")
        if any(food.drinkable for food in model.foods.values()):
            world.put("state drinkable(Food): bool = false")
    if model.sharp:
        world.put("state sharp(Thing): bool = false")
    world.put(_rule("what can change"), f"state here: Room = {world.words.names[model.here]}")
    if model.things:
        world.put(f"state at(Thing): {_places(world)} = hand")
    if model.lids:
        world.put("state lid(Closable): open | closed | locked = closed")
    if _heats(world):
        world.put("state cooked(Food): Heat = raw", "state burned(Food): bool = false")
    if _cuts(world):
        world.put("state cut(Food): Cut = whole")
    if not world.single:
        world.put("state done(Quest): bool = false", "state lost: bool = false")


def _definitions(world: Written) -> None:
    model = world.model
    world.put("")
    if model.things and model.spots:
        shut = " and (at(x) is not Container or lid(at(x)) = open)" if model.containers else ""
        world.put(
            "define in_sight(x: Thing) = at(x) = hand or at(x) = here"
            f" or (at(x) is Fixture and spot(at(x)) = here{shut})"
        )
    if model.doors:
        world.put("define beside(d: Door) = exists w: Way (door(here, w) = d)")
    if model.lids:
        parts = ["(c is Container and spot(c) = here)"] if model.containers else []
        parts += ["(c is Door and beside(c))"] if model.doors else []
        world.put(f"define at_hand(c: Closable) = {' or '.join(parts)}")
    if model.foods and world.what.cooking:
        edible = "if needs_heat(x) then cooked(x) != raw else wholesome(x)" if _heats(world) else "wholesome(x)"
        world.put(f"define edible(x: Food) = {'not burned(x) and (' + edible + ')' if _heats(world) else edible}")


def _start(world: Written) -> None:
    model, names = world.model, world.words.names
    world.put(_rule("how it starts"), "start")
    for (room, way), there in model.exits.items():
        world.put(f"exit({names[room]}, {way}) = {names[there]}")
    for (room, way), door in model.doors.items():
        world.put(f"door({names[room]}, {way}) = {names[door]}")
    for name, lid in model.lids.items():
        if lid != "closed":
            world.put(f"lid({names[name]}) = {lid}")
    for name, key in model.keys.items():
        world.put(f"key({names[name]}) = {names[key]}")
    for name, room in model.spots.items():
        if room != model.here:
            world.put(f"spot({names[name]}) = {names[room]}")
    for name, place in model.at.items():
        if place != HELD:
            world.put(f"at({names[name]}) = {names.get(place, place)}")
    for name in model.sharp:
        if name in model.at:
            world.put(f"sharp({names[name]}) = true")
    _food_starts(world)
    if not world.single:
        for goal in world.goals:
            if goal.counts and goal.won_at_start:
                world.put(f"done({goal.identifier}) = true")
    world.put("show scene")
    if HELD in model.at.values():
        world.put('tell "You are holding {list x: Thing where at(x) = hand}."')


def _food_starts(world: Written) -> None:
    if not world.what.cooking:
        return
    for name, food in world.model.foods.items():
        own = world.words.names[name]
        truths = {"wholesome": food.edible, "drinkable": food.drinkable}
        if _heats(world):
            truths |= {"takes_heat": food.takes_heat, "needs_heat": food.needs_heat, "burned": food.burned}
            if food.heat != "raw":
                world.put(f"cooked({own}) = {food.heat}")
        if food.cut:
            world.put(f"cut({own}) = {food.cut}")
        world.put(*(f"{state}({own}) = true" for state, true in truths.items() if true))


# ---------------------------------------------------------------- what is told


def _views(world: Written) -> None:
    model = world.model
    world.put(_rule("what there is to see"), "view scene", 'tell "You are in {the here}."')
    if model.supporters:
        world.put(f"for s: Supporter{world.standing('s')} do", 'tell "There is {a s} here."')
        if model.things:
            world.put('if exists x: Thing (at(x) = s) then tell "On it you see {list x: Thing where at(x) = s}." end')
        world.put("end")
    if model.containers:
        world.put(f"for c: Container{world.standing('c')} do", 'tell "There is {a c} here; it is {lid(c)}."')
        if model.things:
            world.put("if lid(c) = open and exists x: Thing (at(x) = c) then")
            world.put('tell "In it you see {list x: Thing where at(x) = c}." end')
        world.put("end")
    if model.things:
        world.put("if exists x: Thing (at(x) = here) then")
        world.put('tell "On the floor you see {list x: Thing where at(x) = here}."', "end")
    if model.doors:
        world.put("for w: Way, d: Door where door(here, w) = d do", 'tell "{A d}, {lid(d)}, leads {w}."', "end")
    free = "exit(here, w) != none" + (" and door(here, w) = none" if model.doors else "")
    if model.exits:
        world.put(f"if exists w: Way ({free}) then", f'tell "You can go {{list w: Way where {free}}}."', "end")
    _details(world)


def _details(world: Written) -> None:
    sorts = _sights(world)
    if not sorts:
        return
    world.put("", f"view details(x: {' | '.join(sorts)})")
    first = True
    seen = sum(_examinable(world, name) for name in world.model.kinds)
    told = {name: text for name, text in world.words.told.items() if _examinable(world, name)}
    for name, text in told.items():
        if seen == 1:
            world.put(f"tell {quoted(text)}")
        else:
            world.put(f"{'if' if first else 'elif'} x = {world.words.names[name]} then", f"tell {quoted(text)}")
            first = False
    plain = 'tell "You see nothing special about {the x}."'
    if seen > 1 or not told:
        world.put(*([plain] if first else ["else", plain, "end"] if len(told) < seen else ["end"]))
    if world.model.containers and "t" in world.what.examined:
        world.put('if x is Container then tell "It is {lid(x)}." end')
    if world.model.of("d") and "d" in world.what.examined:
        world.put('if x is Door then tell "It is {lid(x)}." end')
    if world.model.foods and world.what.cooking and (_heats(world) or _cuts(world)):
        world.put("if x is Food then")
        if _heats(world):
            world.put('if burned(x) then tell "It is burned." elif cooked(x) != raw then tell "It is {cooked(x)}."')
            world.put('elif takes_heat(x) then tell "It is raw." end')
        if _cuts(world):
            world.put('if cut(x) != whole then tell "It is {cut(x)}." end')
        world.put("end")


def _sights(world: Written) -> list[str]:
    """The types of what can be looked at."""
    model, examined = world.model, world.what.examined
    sorts = ["Thing"] if model.things and examined & {"t", "s", "c", "I"} else []
    sorts += ["Fixture"] if model.spots and "t" in examined else []
    return sorts + (["Door"] if model.of("d") and "d" in examined else [])


def _examinable(world: Written, name: str) -> bool:
    model = world.model
    sort = "Door" if name in model.of("d") else "Fixture" if name in model.spots else "Thing"
    return name not in model.of("r") and sort in _sights(world)


# ---------------------------------------------------------------- what can be done


def _moving(world: Written) -> None:
    world.put(_rule("what the player can do"))
    if not world.model.exits:
        return
    world.put("action go(w: Way)", 'say "go {w}" | "walk {w}" | "{w}"')
    world.put('need exit(here, w) != none else "You can\'t go {w} from here."')
    if world.model.doors:
        world.put("for d: Door do", 'need door(here, w) != d or lid(d) = open else "{The d} is {lid(d)}."', "end")
    world.put("set here = exit(here, w)", "show scene")


def _full(world: Written) -> list[str]:
    """The need for a free hand."""
    slots = world.model.slots
    if not world.what.slots:
        return []
    holds = "{list y: Thing where at(y) = hand}"
    return [f'need count y: Thing (at(y) = hand) < {slots} else "You are carrying {holds}, and can\'t carry more."']


def _carrying(world: Written) -> None:
    model, what = world.model, world.what
    if not model.things:
        return
    if what.has("take"):
        world.put("", "action take(x: Thing)", 'say "take {x}" | "pick up {x}" | "get {x}"')
        world.put('need at(x) != hand else "You have {the x} already."')
        if model.spots:
            world.put("for f: Fixture do", "need at(x) != f or not in_sight(x)")
            world.put('else "{The x} is not on the floor. You would have to take it from {the f}."', "end")
        world.put('need at(x) = here else "You see no {x} here."', *_full(world), "set at(x) = hand")
        world.put('tell "You take {the x}." | "You pick up {the x}."')
    if what.has("drop"):
        world.put("", "action drop(x: Thing)", 'say "drop {x}" | "put down {x}"')
        world.put('need at(x) = hand else "You are not holding {the x}."', "set at(x) = here")
        world.put('tell "You drop {the x}." | "You put {the x} on the floor."')
    if model.spots and what.has("take/c", "take/s"):
        sort = "Fixture" if what.has("take/c") and what.has("take/s") else _sort(what, "take/c")
        world.put("", f"action take_from(x: Thing, f: {sort})", 'say "take {x} from {f}" | "get {x} from {f}"')
        world.put(*world.stands("f"))
        if model.containers and sort != "Supporter":
            world.put('need f is not Container or lid(f) = open else "{The f} is {lid(f)}."')
        world.put('need at(x) = f else "You see no {x} there."', *_full(world), "set at(x) = hand")
        world.put('tell "You take {the x} from {the f}." | "You pick {the x} up from {the f}."')
    if model.containers and what.has("insert"):
        world.put("", "action insert(x: Thing, c: Container)")
        world.put('say "insert {x} into {c}" | "put {x} into {c}" | "put {x} in {c}"')
        world.put(*world.stands("c"), 'need at(x) = hand else "You are not holding {the x}."')
        world.put(
            'need lid(c) = open else "{The c} is {lid(c)}."', "set at(x) = c", 'tell "You put {the x} into {the c}."'
        )
    if model.supporters and what.has("put"):
        world.put("", "action put(x: Thing, s: Supporter)", 'say "put {x} on {s}" | "place {x} on {s}"')
        world.put(*world.stands("s"), 'need at(x) = hand else "You are not holding {the x}."')
        world.put("set at(x) = s", 'tell "You put {the x} on {the s}."')


def _sort(what: Features, rule: str) -> str:
    return "Container" if what.has(rule) else "Supporter"


def _opening(world: Written) -> None:
    model, what = world.model, world.what
    sort = "Closable" if model.containers and model.doors else "Container" if model.containers else "Door"
    if not model.lids or not what.has("open/c", "open/d"):
        return
    here = 'need at_hand(c) else "You see no {c} here."'
    world.put("", f"action open(c: {sort})", 'say "open {c}"', here)
    if model.keys or "locked" in model.lids.values():
        world.put('need lid(c) != locked else "{The c} is locked."')
    world.put('change lid(c) from closed to open else "{The c} is open already."', 'tell "You open {the c}."')
    if model.containers and model.things:
        test = "c is Container and " if sort == "Closable" else ""
        world.put(f"if {test}exists x: Thing (at(x) = c) then")
        world.put('tell "Inside you see {list x: Thing where at(x) = c}."', "end")
    world.put("", f"action close(c: {sort})", 'say "close {c}" | "shut {c}"', here)
    world.put(
        'need lid(c) = open else "{The c} is {lid(c)} already."', "set lid(c) = closed", 'tell "You close {the c}."'
    )
    if not model.keys:
        return
    for verb, before, after in (("unlock", "locked", "closed"), ("lock", "closed", "locked")):
        world.put("", f"action {verb}(c: {sort}, k: Key)", f'say "{verb} {{c}} with {{k}}"', here)
        world.put('need at(k) = hand else "You are not holding {the k}."')
        world.put('need key(c) = k else "{The k} does not fit {the c}."')
        if verb == "lock":
            world.put('need lid(c) != open else "{The c} is open. Close it first."')
        world.put(
            f"change lid(c) from {before} to {after}",
            f'else "{{The c}} is {"not" if verb == "unlock" else "already"} locked."',
        )
        world.put(f'tell "You {verb} {{the c}} with {{the k}}."')


def _eating(world: Written) -> None:
    model, what = world.model, world.what
    if not model.foods:
        return
    held = 'need at(x) = hand else "You are not holding {the x}."'
    if what.has("eat"):
        world.put("", "action eat(x: Food)", 'say "eat {x}"', held)
        if what.cooking:
            world.put('need edible(x) else "You can\'t eat {the x} as it is."')
        world.put("set at(x) = eaten", 'tell "You eat {the x}." | "You eat {the x}. Not bad."')
    if what.has("drink") and any(food.drinkable for food in model.foods.values()):
        world.put("", "action drink(x: Food)", 'say "drink {x}"', held)
        world.put(
            'need drinkable(x) else "{The x} is nothing to drink."', "set at(x) = eaten", 'tell "You drink {the x}."'
        )


def _cooking(world: Written) -> None:
    model, what = world.model, world.what
    if not what.cooking or not model.foods:
        return
    held = 'need at(x) = hand else "You are not holding {the x}."'
    if model.sharp and _cuts(world):
        for verb, cut in CUTS.items():
            world.put("", f"action {verb}(x: Food, y: Thing)", f'say "{verb} {{x}} with {{y}}"', held)
            world.put(
                'need at(y) = hand else "You are not holding {the y}."', 'need sharp(y) else "{The y} is not sharp."'
            )
            world.put('need cut(x) != whole else "{The x} can\'t be cut."')
            world.put(f'change cut(x) from uncut to {cut} else "{{The x}} is {{cut(x)}} already."')
            world.put(f'tell "You {verb} {{the x}} with {{the y}}."')
    found = cookers(model)
    if found:
        sorts = [COOKER_TYPES[how] for how in found]
        heat = " else ".join(
            [f"if f is {sort} then {how}" for sort, how in zip(sorts[:-1], found, strict=False)] + [list(found)[-1]]
        )
        world.put(
            "",
            f"action cook(x: Food, f: {' | '.join(sorts)})",
            'say "cook {x} with {f}" | "cook {x} in {f}" | "cook {x} on {f}"',
        )
        world.put(*world.stands("f"), held)
        if not all(food.takes_heat for food in model.foods.values()):
            world.put('need takes_heat(x) else "{The x} can\'t be cooked."')
        world.put('need not burned(x) else "{The x} is burned."')
        world.put("if cooked(x) = raw then", f"set cooked(x) = {heat}")
        world.put('tell "You cook {the x} with {the f}; it is {cooked(x)} now."', "else")
        world.put("set burned(x) = true", 'tell "You cook {the x} once more, and it burns."', "end")
    if model.ingredients:
        names = world.words.names
        kitchen, meal = names[model.kitchen], names[model.meal]
        world.put("", "action prepare_meal", 'say "prepare meal" | "prepare the meal" | "make the meal"')
        if not world.one_room:
            world.put(f'need here = {kitchen} else "A meal is prepared in {{the {kitchen}}}."')
        for own in world.names(model.ingredients):
            world.put(f'need at({own}) = hand else "Something is missing: you are not holding {{the {own}}}."')
        world.put(*(f"set at({own}) = used" for own in world.names(model.ingredients)), f"set at({meal}) = hand")
        world.put(f'tell "You prepare {{the {meal}}}."')


def _looking(world: Written) -> None:
    model, examined = world.model, world.what.examined
    world.put("", "action look free", 'say "look" | "look around"', "show scene")
    if world.what.has("inventory"):
        world.put("", "action inventory free", 'say "inventory" | "check your hands"')
        held = "You are holding {list x: Thing where at(x) = hand}." if model.things else "You are holding nothing."
        world.put(f'tell "{held}"')
    sorts = _sights(world)
    if not sorts:
        return
    near = [f"at(x) = {place}" for place, kind in (("here", "t"), ("hand", "I")) if kind in examined]
    places = {"s": "Supporter", "c": "Container"}
    present = {"s": model.supporters, "c": model.containers}
    near += [
        f"(at(x) is {places[kind]} and spot(at(x)) = here{' and lid(at(x)) = open' if kind == 'c' else ''})"
        for kind in "sc"
        if kind in examined and present[kind]
    ]
    parts = {"Thing": " or ".join(near), "Fixture": "spot(x) = here", "Door": "beside(x)"}
    whole = [f"(x is {sort} and {_joined(parts[sort])})" if len(sorts) > 1 else parts[sort] for sort in sorts]
    world.put("", f"action examine(x: {' | '.join(sorts)}) free", 'say "examine {x}" | "look at {x}" | "read {x}"')
    world.put(f'need {" or ".join(whole)} else "You see no {{x}} here that you could look at."', "show details(x)")


def _joined(test: str) -> str:
    return f"({test})" if " or " in test else test


# ---------------------------------------------------------------- what counts as done


def _turn(world: Written) -> None:
    if world.single:
        return
    world.put("", "each turn")
    for goal in world.goals:
        if not goal.counts:
            if goal.fails and not goal.optional:
                world.put(*_if(goal.fails, "set lost = true"))
            continue
        world.put(f"if not done({goal.identifier}) then")
        if goal.fails and not goal.optional:
            world.put(*_if(goal.fails, "set lost = true"))
        if goal.wins:
            world.put(*_if(goal.wins, f"set done({goal.identifier}) = true"))
        world.put("end")


def _if(test: str | bool, then: str) -> list[str]:
    return [then] if test is True else [f"if {test} then {then} end"]


def _task(world: Written) -> None:
    counted = [goal for goal in world.goals if goal.counts]
    needed = [goal for goal in counted if not goal.optional]
    world.put(_rule("what counts as done"), f"task game {quoted(world.task)}")
    if world.single:
        goal = needed[0]
        world.put(f"goal {goal.wins}")
        fails = [each.fails for each in world.goals if isinstance(each.fails, str) and not each.optional]
        for test in dict.fromkeys(fails):
            world.put(f'fail {test} "That was not to happen: the game is lost."')
    else:
        for goal in counted:
            if not goal.won_at_start and goal.wins:
                world.put(f"milestone {quoted(goal.words)} done({goal.identifier})")
        every = len(needed) == len(counted)
        test = "forall q: Quest (done(q))" if every else " and ".join(f"done({g.identifier})" for g in needed)
        world.put(f"goal {test}")
        if any(goal.fails and not goal.optional for goal in world.goals):
            world.put('fail lost "That was not to happen: the game is lost."')
    world.put(f"limit {world.limit}")
