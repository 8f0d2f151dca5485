# Everything works on a fresh machine that has Python 3.11 or newer and nothing else:
#   make demo       200 verified trajectories over all shipped worlds, a table and a sample
#   make test       the fast tests          make test-all   the slow ones too
#   make test-trainers   every export in its real consumer (TRL, axolotl, LLaMA-Factory, ms-swift): some gigabytes
#   make test-llm   real language models, really run: compiles a server, fetches 1.2 GB of models
#   make differential   the originals of our worlds, installed and run beside them
#   make fuzz       every reader of foreign input under attack, FUZZ_SECONDS long
#   make soak       EPISODES random episodes over all worlds, laws and memory checked
#   make lint       ruff and mypy           make bench      speed, beside a peer

VENV ?= .venv
WORKERS ?= 2
FUZZ_SECONDS ?= 600
EPISODES ?= 100000
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo
# The planners stand apart: TextWorld takes a package of theirs for one of its own.
PLANNERS := $(VENV)/planners/bin/python

.PHONY: fuzz soak help demo test test-all test-trainers test-llm differential lint bench clean
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#   /  /p' Makefile

# The newest of the usual names that is new enough; PYTHON=… chooses another.
$(READY): pyproject.toml
	@set -e; chosen=''; \
	for python in $(PYTHON) python3 python python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    chosen="$$python"; break; \
	  fi; \
	done; \
	if [ -z "$$chosen" ]; then \
	  echo "Worldwright needs Python 3.11 or newer with its venv module, and none was found."; \
	  echo "Install one (on Debian and Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12 …"; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$chosen --version)"; \
	"$$chosen" -m venv "$(VENV)"; \
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable '.[dev]'; \
	touch "$(READY)"

demo: $(READY)
	@rm -rf "$(DEMO)"
	"$(BIN)/worldwright" synthesize --out "$(DEMO)" -n 200 --seed 1 --workers $(WORKERS) --sample
	"$(BIN)/worldwright" verify "$(DEMO)"
	"$(BIN)/worldwright" export "$(DEMO)" --to openai --out "$(DEMO)/train.jsonl"

test: $(READY)
	"$(BIN)/python" -m pytest -q -n $(WORKERS) -m "not slow"

test-all: $(READY)
	"$(BIN)/python" -m pytest -q -n $(WORKERS)

# Each trainer in an environment of its own, .venv-NAME.
test-trainers:
	tests/export/trainers/run.sh

# The server and the models are made once, in .venv-llm.
test-llm: $(READY)
	VENV="$(VENV)" tests/llm/run.sh "$(BIN)/python"

# Each peer in an environment of its own, which has us too. The recorded traces must be what the peer does today.
DIFFERENTIAL := $(VENV)/differential

PEERS_pddl := 'unified-planning==1.3.0' 'pyperplan==2.1' 'up-fast-downward==1.0.0'
PEERS_textworld := 'textworld==1.7.0'
PEERS_minigrid := 'minigrid==3.2.0'
PEERS_alfworld := 'alfworld==0.4.2' 'textworld==1.7.0' 'fast-downward-textworld==20.6.4'
PEERS_science := 'scienceworld==1.2.3'

$(DIFFERENTIAL)/%/bin/python: $(READY)
	"$(BIN)/python" -m venv "$(DIFFERENTIAL)/$*"
	"$@" -m pip install --quiet --disable-pip-version-check --editable '.[dev]' $(PEERS_$*)

# ALFWorld makes a folder for data of its own, which none of this needs, in the home of whoever runs it.
differential: export ALFWORLD_DATA := $(DIFFERENTIAL)/alfworld/data
differential: $(foreach peer,alfworld minigrid pddl science textworld,$(DIFFERENTIAL)/$(peer)/bin/python)
	"$(DIFFERENTIAL)/alfworld/bin/python" -m tests.differential.record_alfworld --check
	"$(DIFFERENTIAL)/alfworld/bin/python" -m pytest -q tests/differential/test_alfworld.py
	@# ScienceWorld's simulator is a Java program.
	@if command -v java >/dev/null; then \
	  "$(DIFFERENTIAL)/science/bin/python" -m tests.differential.record_science --check; \
	else \
	  echo "ScienceWorld is not run: there is no Java runtime (on Debian: default-jre-headless)"; \
	fi
	"$(DIFFERENTIAL)/science/bin/python" -m pytest -q tests/differential/test_science.py
	"$(DIFFERENTIAL)/minigrid/bin/python" -m tests.differential.record_minigrid --check
	"$(DIFFERENTIAL)/minigrid/bin/python" -m pytest -q tests/differential/test_minigrid.py
	"$(DIFFERENTIAL)/textworld/bin/python" -m tests.differential.record_textworld --check
	"$(DIFFERENTIAL)/textworld/bin/python" -m pytest -q tests/differential/test_textworld.py
	"$(DIFFERENTIAL)/pddl/bin/python" -m tests.differential.record_pddl --check
	"$(DIFFERENTIAL)/pddl/bin/python" -m pytest -q tests/differential/test_pddl.py

# Guided by coverage where atheris can be installed, blind where it cannot.
fuzz: $(READY)
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]' || \
	  echo "atheris could not be installed; fuzzing blindly."
	"$(BIN)/python" -m tests.fuzz.run $(FUZZ_SECONDS)

soak: $(READY)
	"$(BIN)/python" -m tests.soak.run $(EPISODES)

lint: $(READY)
	"$(BIN)/python" -m ruff check .
	"$(BIN)/python" -m ruff format --check .
	"$(BIN)/python" -m mypy

bench: $(READY)
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable '.[bench]' || \
	  echo "TextWorld, the peer, could not be installed; measuring without it."
	"$(BIN)/python" tests/benchmarks/bench_play.py
	"$(BIN)/python" tests/benchmarks/bench_compile.py
	"$(BIN)/python" tests/benchmarks/bench_expert.py
	@{ [ -x "$(PLANNERS)" ] || "$(BIN)/python" -m venv "$(VENV)/planners"; } && \
	  "$(PLANNERS)" -m pip install --quiet --disable-pip-version-check 'up-fast-downward>=0.5' 'pyperplan>=2.1' || \
	  echo "Fast Downward and pyperplan, the peers in exploring, could not be installed; measuring without them."
	"$(BIN)/python" tests/benchmarks/bench_explore.py --planners "$(PLANNERS)"

clean:
	rm -rf "$(VENV)" "$(VENV)-llm" .venv-trl .venv-axolotl .venv-llama_factory .venv-swift "$(DEMO)" dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
