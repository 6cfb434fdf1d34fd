# Everything is run from a checkout; `.venv` is the environment. PYTHON is any Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
N ?= 3000
SEED ?= 1

.PHONY: demo test lint events crash fuzz bench sweeps clean

$(VENV)/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/installed  ## the main job on embedded servers, with sample letters; KEEP=1 leaves it running
	$(RUN) -m daemon.demo $(if $(KEEP),--keep)

test: $(VENV)/installed lint  ## everything that must hold before a change lands
	$(RUN) -m pytest -n 2 --dist loadgroup

lint: $(VENV)/installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

events: $(VENV)/installed  ## docs/events.md from the code
	$(RUN) -m daemon events > docs/events.md

crash: $(VENV)/installed  ## the long campaign of kills: make crash N=3000 SEED=7
	$(RUN) -m tests.crash $(N) $(SEED)

fuzz: $(VENV)/installed  ## the parser against N mutants: make fuzz N=1000000
	$(RUN) -m tests.mail.fuzz $(N) $(SEED)

bench: $(VENV)/installed  ## what a letter costs beside a bare loop: make bench N=500
	$(RUN) -m tests.bench $(N) $(SEED)

sweeps: $(VENV)/installed  ## whole dictionaries through the moderation
	$(RUN) -m tests.corpus.sweeps

clean:
	rm -rf $(VENV) var build dist
