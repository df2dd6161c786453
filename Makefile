# The workbench. `make` alone lists what can be made.
VENV := .venv
PY := $(VENV)/bin/python
CLUSTERWATCH := $(VENV)/bin/clusterwatch
JSON_ARG = $(if $(JSON),--json "$(JSON)")

.PHONY: help setup demo crawl test check eval eval-ceased bench sizing bench-pages bench-confidence gate fuzz crowd kills year desk api-check words clean bench-languages bench-dates bench-partners bench-discover

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' Makefile

setup:  ## virtual environment, packages, and a Chromium; quick the second time
	@sh bin/setup

demo: setup  ## some nights over the sample network: a table of flags, and the case of one cluster
	@$(CLUSTERWATCH) demo --once

crawl: setup  ## visit the real websites of the registry (the default one when there is none)
	@$(CLUSTERWATCH) crawl --import-default

check: setup  ## lint, types, contracts
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/pyright
	@$(VENV)/bin/lint-imports --no-cache

test: check  ## everything that must hold: check, then the tests, browser tests included
	@$(PY) -m pytest -n 2 --dist worksteal -q

eval: setup  ## accuracy on labelled real websites: make eval SITES=DIR [JSON=FILE]
	@test -n "$(SITES)" || { echo "Say which folder of labelled sites: make eval SITES=DIR (its format: docs/accuracy.md)" >&2; exit 2; }
	@$(PY) -m benchmarks.evaluate "$(SITES)" $(JSON_ARG)

bench-pages: setup  ## the day of publication of single pages, ours beside htmldate's: make bench-pages SET=DIR [UNDATED=DIR] [JSON=FILE]
	@test -n "$(SET)" || { echo "Say which folder of labelled pages: make bench-pages SET=DIR (its format: docs/accuracy.md)" >&2; exit 2; }
	@$(PY) -m benchmarks.pages "$(SET)" $(if $(UNDATED),--undated "$(UNDATED)") $(JSON_ARG)

bench-languages: setup  ## how well languages are told, ours beside libraries': make bench-languages [SET=DIR] [EVERY=12] [JSON=FILE]
	@$(PY) -m benchmarks.languages $(if $(SET),"$(SET)") $(if $(EVERY),--every $(EVERY)) $(JSON_ARG)

bench-dates: setup  ## dates in every form and what only looks like one, ours beside two libraries: make bench-dates [JSON=FILE]
	@$(PY) -m benchmarks.forms $(JSON_ARG)

bench-partners: setup  ## partners abroad and the class of a cluster, told from what looks like it: make bench-partners [FACTS=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.partners $(if $(FACTS),--facts "$(FACTS)") $(JSON_ARG)

bench-discover: setup  ## how many of the organisations that a search proposes are clusters: make bench-discover [SITES=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.discovery $(if $(SITES),--sites "$(SITES)") $(JSON_ARG)

eval-ceased: setup  ## ends told from what looks like one: make eval-ceased [FACTS=DIR] [SITES=DIR] [HISTORIES=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.ceased $(if $(FACTS),--facts "$(FACTS)") $(if $(SITES),--sites "$(SITES)") \
	  $(if $(HISTORIES),--histories "$(HISTORIES)") $(if $(SEED),--seed $(SEED)) $(JSON_ARG)

bench: setup  ## speed as ratios: make bench [PARTS="crawling ..."] [SHORT=1] [PAGES=DIR] [SITES=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.speed $(PARTS) $(if $(SHORT),--short) $(if $(PAGES),--pages "$(PAGES)") \
	  $(if $(SITES),--sites "$(SITES)") $(JSON_ARG)

sizing: setup  ## what a registry of any size takes, on paper: make sizing [BENCH=FILE]
	@$(PY) -m benchmarks.sizing $(if $(BENCH),"$(BENCH)")

crowd: setup  ## speed and memory over made-up websites: make crowd [N=1000] [JSON=FILE]
	@$(PY) -m benchmarks.crowd $(if $(N),--clusters $(N)) $(JSON_ARG)

kills: setup  ## a crawl over made-up websites, killed at random instants: make kills [N=200] [WORKERS=1] [JSON=FILE]
	@$(PY) -m benchmarks.kills $(if $(N),--kills $(N)) $(if $(WORKERS),--workers $(WORKERS)) $(JSON_ARG)

year: setup  ## a simulated year of nights with everything that happens in one: make year [NIGHTS=365] [SEED=1] [JSON=FILE]
	@$(PY) -m benchmarks.year $(if $(NIGHTS),--nights $(NIGHTS)) $(if $(SEED),--seed $(SEED)) $(JSON_ARG)

desk: setup  ## how fast the staff's pages answer over a large registry: make desk [N=10000] [JSON=FILE]
	@$(PY) -m benchmarks.desk $(if $(N),--clusters $(N)) $(JSON_ARG)

api-check: setup  ## what the interface describes, tried for longer: make api-check [N=100]
	@CLUSTERWATCH_API_EXAMPLES=$(or $(N),100) $(PY) -m pytest -q --timeout 3600 tests/test_api_contract.py

words: setup  ## bring the Japanese catalogue up to date with the pages, and compile it
	@$(VENV)/bin/pybabel -q extract -F review/babel.cfg -k N_ --no-location -o .words.pot review
	@$(VENV)/bin/pybabel -q update -l ja -d review/translations -i .words.pot --no-fuzzy-matching --ignore-obsolete
	@$(VENV)/bin/pybabel -q compile -l ja -d review/translations
	@rm .words.pot

gate: setup  ## figures beside their floors, failing below one: make gate SITES=DIR [SET=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.gate $(if $(SITES),--sites "$(SITES)") $(if $(SET),--set "$(SET)") $(JSON_ARG)

bench-confidence: setup  ## what a confidence is worth: make bench-confidence [SITES=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.confidence $(if $(SITES),"$(SITES)") $(JSON_ARG)

fuzz: setup  ## time of every reader over hostile pages, once and ten times as long: make fuzz [N=200] [SEED=1] [SITES=DIR] [JSON=FILE]
	@$(PY) -m benchmarks.fuzz $(if $(N),--mutations $(N)) $(if $(SEED),--seed $(SEED)) $(if $(SITES),"$(SITES)") $(JSON_ARG)

clean:  ## remove what was made here, the database excepted
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
