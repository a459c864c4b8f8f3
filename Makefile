# One command for each thing. ARGS goes to the program: make demo ARGS=--blijf, make test ARGS="-k broker".
# BEVEILIGD=1 runs demo, tests and chaos on a secured broker: make demo BEVEILIGD=1.
# PYTHON=... names another Python; HUB_KAFKA_BOOTSTRAP=host:port uses an existing broker (then without Java and Maven).

.DEFAULT_GOAL := help
.PHONY: help setup python kafka demo test chaos bench bench-matching lint

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: python kafka ## fetch all that is needed; leaves the commands hub and connector in .venv/bin

python:
	@deploy/opzetten.sh python

kafka: python
	@deploy/opzetten.sh kafka

demo: setup ## an invented day through a real Kafka, both ways (ARGS=--blijf keeps it open)
	@.venv/bin/python -m demo $(ARGS)

test: setup ## all tests
	@.venv/bin/pytest $(ARGS)

chaos: setup ## the long faults, each once; MINUTEN=30 (SEED=7): random ones for so long; adds to build/chaos.json
	@$(if $(MINUTEN),.venv/bin/python -m tests.fouten.soak --minuten $(MINUTEN) $(if $(SEED),--seed $(SEED)),.venv/bin/pytest -n 0 -s -m chaos tests/fouten tests/oefeningen) $(ARGS)

bench: setup ## measure the hub beside plain Kafka; adds to build/bench.json
	@.venv/bin/python -m demo.bench $(ARGS)

bench-matching: python ## the matching and its peers on the same records; writes docs/matching-validatie.md (ARGS="--ook miljoen": a million too)
	@test -x build/peers/bin/python || .uv/bin/uv venv --quiet build/peers
	@.uv/bin/uv pip install --quiet --python build/peers/bin/python -r proef/peers.txt
	@.venv/bin/python -m proef.bench $(ARGS)

lint: python ## ruff, mypy --strict, import-linter
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy
	@.venv/bin/lint-imports
