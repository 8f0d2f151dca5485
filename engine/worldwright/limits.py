"""Every limit of the engine, in one place, each with its reason.

Worlds, replies and records may come from a model or from the internet. A limit is there so that hostile or mistaken
input gets a diagnostic within two seconds and 200 MB; honest input stays far below all of them.
"""

from __future__ import annotations

from typing import Final

# ---------------------------------------------------------------- the text of a source (syntax)

SOURCE_CHARACTERS: Final = 262_144
"""256 kB: ten times the longest hand-written world; scanned in well under a second."""

SOURCE_TOKENS: Final = 50_000
"""Bounds the parser's time (about a quarter of a second) whatever the characters are."""

NAME_CHARACTERS: Final = 64
"""A name is shown in messages and typed by people; longer ones are an attack or a mistake."""

NUMBER_DIGITS: Final = 10
"""Enough for every number that fits 32 bits; conversion time of longer ones grows with the square."""

NUMBER_VALUE: Final = 2_147_483_647
"""Integers stay within 32 bits in every intermediate result, so that compiled arithmetic is exact everywhere."""

STRING_CHARACTERS: Final = 4_000
"""One string is a paragraph or two; all of an agent's observation should be readable."""

STRING_INSERTS: Final = 64
"""Inserts of one string: bounds what one `tell` can expand to."""

NESTING_LEVELS: Final = 100
"""Levels of the syntax tree: later stages may walk it recursively without exhausting Python's stack."""

PARSER_STACK: Final = 500
"""Open constructs while parsing (about five a level): stops deep nesting before the tree is even built."""

SYNTAX_REPORTS: Final = 50
"""Diagnostics of one pass over one source: nobody reads more, and each costs another look at the text."""

SYNTAX_RECOVERIES: Final = 200
"""Times the parser goes on after a mistake, reported or not: each costs up to a millisecond."""

# ---------------------------------------------------------------- modules (syntax)

MODULES: Final = 64
"""Modules that one world may use, directly and indirectly."""

MODULE_DEPTH: Final = 16
"""Length of a chain of `use`: a longer one is generated, not written."""

MODULES_CHARACTERS: Final = 1_048_576
"""1 MB of text in all modules of one world together."""

# ---------------------------------------------------------------- what a world may declare (check)

ATOMS: Final = 4_096
"""Objects and enumeration values together: every atom is a bit of the told mask and a row of the naming tables."""

DOMAIN_VALUES: Final = 65_536
"""Values of one integer domain: a state slot is at most two bytes wide."""

GROUND_VARIABLES: Final = 100_000
"""Slots of the state vector (a state variable times its arguments): states are copied at every step."""

GROUND_DERIVED: Final = 1_000_000
"""Argument tuples of one recursive `define`: its least fixpoint keeps a table of them."""

TABLED_CASES: Final = 512
"""Combinations of arguments up to which recursive definitions that depend on each other alike in every state are worked
out all at once, case by case: each case is generated code of its own."""

BINDINGS: Final = 1_000_000
"""Bindings that one quantifier or loop (with those around it) runs through: one evaluation stays under a second."""

GROUND_COMMANDS: Final = 10_000_000
"""Commands that one action stands for (its parameters' domains multiplied): wider ones cannot be listed or parsed."""

LISTING_STEPS: Final = 100_000_000
"""Steps of asking every command of a world whether it is accepted: bounds what listing the accepted ones costs."""

ACCEPTED_COMMANDS: Final = 100_000
"""Commands that may be accepted in one state: every one is listed, and nobody chooses from more."""

TASK_INSTANCES: Final = 100_000
"""Argument tuples of one parametrised task."""

PARAMETERS: Final = 8
"""Parameters of one action, state variable, definition, view or task: nobody types a command with nine slots."""

DECLARATIONS: Final = 10_000
"""Declarations of a world and its modules together."""

SAY_PATTERNS: Final = 64
"""Patterns of one action: overlap is tested pair by pair."""

START_CHOICES: Final = 10_000
"""Random choices made in `start` for one draw."""

START_ATTEMPTS: Final = 10_000
"""Draws tried before a `start` whose needs reject every one is called a fault."""

START_WORK: Final = 8_000_000
"""Steps of all those attempts together, in the worst case: two seconds. A costly `start` gets fewer attempts.
The expert, which lists all starts, makes at most 60 times as many: two minutes."""

START_DRAWS: Final = 2_000_000
"""Single choices made while all starts of a world are listed; with more of them not all starts are known."""

FIXPOINT_ROUNDS: Final = 10_000
"""Rounds of one least fixpoint: a monotone one over the allowed tables settles long before."""

# ---------------------------------------------------------------- text that a world tells (compile, play)

TEXT_CHARACTERS: Final = 100_000
"""Text of one observation: loops around `tell` multiply, and an agent has to read it."""

REPLY_CHARACTERS: Final = 100_000
"""One raw reply of an agent; longer ones are a format fault."""

COMMAND_CHARACTERS: Final = 1_000
"""One command line as typed."""

EPISODE_STEPS: Final = 100_000
"""The largest `limit` of a task, and of what an episode records."""

PLAY_BYTES: Final = 1_048_576
"""One golden play: a person reads it."""

PLAY_COMMANDS: Final = 10_000
"""Commands of one golden play."""

# ---------------------------------------------------------------- records (verify)

RECORD_TURNS: Final = 5_000
"""Turns of one record: proved in about a second, and a hundred times what a trainer takes."""

RECORD_NAMES: Final = 1_000
"""Names in one object of a record: params, arguments, settings. Each that is wrong is a fault to be kept."""

RECORD_VALUES: Final = 400_000
"""Values of a record in all; a turn has about sixty. A fault keeps a copy of what it stands in."""

# ---------------------------------------------------------------- runs (synthesize, evaluate)

RUN_JOBS: Final = 1_000_000
"""Trajectories of one run, or plays of one evaluation: all are planned, in seconds, before the first is played. More of
them are several runs, each with a seed of its own."""

# ---------------------------------------------------------------- exploring

OUTCOMES: Final = 64
"""Results of one command over all its chances that are told apart."""

CHANCE_DRAWS: Final = 500_000
"""Draws made to find all results of one command in one state; with more of them not all its results are known."""

# ---------------------------------------------------------------- what a check may cost (check)

START_STEPS: Final = 1_000_000
"""Steps of evaluating `start` while checking, to find constants: under two seconds."""

WHERE_STEPS: Final = 1_000_000
"""Steps of evaluating the `where` of all tasks while checking: under two seconds."""

EVALUATION_STEPS: Final = 2_000_000
"""Steps that one expression, view, command or `start` may take in the worst case: quantifiers and calls multiply."""

DOMAINS_VALUES: Final = 300_000
"""Values of all domains of a world together: each is listed."""

DISPLAY_CHARACTERS: Final = 100
"""A display name or alias: people read and type it; indexed families repeat it for every member."""

DISPLAY_WORDS: Final = 16
"""Words of one display name or alias: every run of them can be said, and is a row of the tables for that."""

NAMES_CHARACTERS: Final = 200_000
"""Display names and aliases of a world together, indexed families unrolled: fifty for each of 4,000."""

ALIASES: Final = 16
"""Aliases of one object or value: each is a row of the tables that understand commands."""

CALL_DEPTH: Final = 60
"""Definitions that call definitions, and views that show views: later stages run them as nested functions."""

CHECK_REPORTS: Final = 200
"""Diagnostics of one check: nobody reads more."""

FACTS: Final = 128
"""What the checker remembers of conditions in one place; more is forgotten, which can only make it ask for a guard."""

PATTERN_PAIRS: Final = 500_000
"""Pairs of patterns that are compared for commands that fit both."""

# ---------------------------------------------------------------- language models (models)

ANSWER_BYTES: Final = 16_777_216
"""16 MB: one answer of an endpoint, far beyond any reply; more is not read."""

PRICES_BYTES: Final = 262_144
"""256 kB: a file of prices has a few lines a model."""
