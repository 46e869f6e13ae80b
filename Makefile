# Two commands: `make demo` and `make test`. Both set up what they need in .venv by themselves.
# Exit code 1 of `wifiplan` is an answer (some rooms stay unserved), not an error.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AGAIN := --last-failed --last-failed-no-failures none

.PHONY: demo test lint warm evidence clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[probe,scapy]" --group dev
	touch $(READY)

demo: $(READY)
	$(BIN)/python -m wifiplan scheme floorplans/demo-roster.csv
	$(BIN)/python -m wifiplan form floorplans/demo-roster.csv --out out/demo-forms
	$(BIN)/python -m wifiplan plan floorplans/demo-elementary.json --out out/demo-elementary || test $$? -eq 1
	$(BIN)/python -m wifiplan county floorplans/demo-roster.csv --aps 60 --sites floorplans --out out/demo-county || test $$? -eq 1
	@echo "Look at:"
	@echo "  out/demo-elementary/report.pdf   one school: the verdict, plans of every floor, APs to install"
	@echo "  out/demo-elementary/install.pdf  work orders for the installer; labels.pdf, ap_config.csv beside it"
	@echo "  out/demo-forms/                  building sheets that schools fill in"
	@echo "  out/demo-county/county.xlsx      the county's application: budget table and school list"
	@echo "  out/demo-county/schools/         one report a school"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Tests that mostly wait run four at once on two processors, apart from those that compute; tests that measure times run
# one by one. What fails in these two runs once more, alone, as a machine that stood still for a moment can't tell; both
# runs are in the log.
# The kernels are compiled once, beside the linters, and not by every worker of pytest anew.
test: $(READY)
	$(MAKE) --jobs 2 lint warm
	$(BIN)/python -m pytest -n 2 -m "not alone and not waits"
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "waits and not alone" || $(BIN)/python -m pytest -m "waits and not alone" $(AGAIN)
	$(BIN)/python -m pytest -m alone || $(BIN)/python -m pytest -m alone $(AGAIN)

warm: $(READY)
	$(BIN)/python -m wifiplan plan floorplans/demo-remote.json --out out/warm --json >/dev/null || test $$? -eq 1

# Rebuilds the tables of docs/validation.md; peers that are not installed are left out: pip install ".[bench]".
evidence: $(READY)
	$(BIN)/python -m benchmarks.page

clean:
	rm -rf $(VENV) out
