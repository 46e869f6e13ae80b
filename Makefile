# Two commands: `make demo` and `make test`. Both set up what they need in .venv by themselves.
# Exit code 1 of `wifiplan` is an answer (some rooms stay unserved), not an error.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint waits warm bench bench-scale evidence docs clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[ifc,parquet,probe,scapy,web]" --group dev --group docs
	touch $(READY)

demo: $(READY)
	$(BIN)/python -m wifiplan scheme floorplans/demo-roster.csv
	$(BIN)/python -m wifiplan form floorplans/demo-roster.csv --out out/demo-forms
	$(BIN)/python -m wifiplan plan floorplans/demo-elementary.json --out out/demo-elementary || test $$? -eq 1
	$(BIN)/python -m wifiplan county floorplans/demo-roster.csv --aps 60 --sites floorplans --out out/demo-county || test $$? -eq 1
	@echo "Look at:"
	@echo "  out/demo-elementary/report.pdf   one school: the verdict, plans of every floor, APs to install"
	@echo "  out/demo-elementary/report.html  the same in a browser: maps of every floor, why each AP is there"
	@echo "  out/demo-elementary/install.pdf  work orders for the installer; labels.pdf, ap_config.csv beside it"
	@echo "  out/demo-forms/                  building sheets that schools fill in"
	@echo "  out/demo-county/county.xlsx      the county's application: budget table and school list"
	@echo "  out/demo-county/county.html      all schools on one page, linked to their reports"
	@echo "  out/demo-county/schools/         one report a school"
	@echo "Or draw and plan in a browser:  $(BIN)/wifiplan web out/planner"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The kernels are compiled once, and not by every worker of pytest anew; modules the same. Tests that mostly wait run four
# at once on two processors, beside the linters; tests that measure times run one by one, with nothing beside them. What
# fails runs once more, as a machine that stood still for a moment can't tell; both runs are in the log.
test: $(READY)
	$(MAKE) --jobs 2 lint waits
	$(call TWICE,not alone and not waits,,-n 2)
	$(call TWICE,alone,$(call MARKED,alone))

waits: warm
	$(call TWICE,waits and not alone,$(call MARKED,waits),-n 4 --dist worksteal)

warm: $(READY)
	$(BIN)/python -m wifiplan plan floorplans/demo-remote.json --out out/warm --json >/dev/null || test $$? -eq 1

unexport PYTHONDONTWRITEBYTECODE
# only the files that hold tests with a marker are read for it
MARKED = $(shell grep --recursive --files-with-matches --include='*.py' 'mark\.$(1)\b' tests)
AGAIN := --last-failed --last-failed-no-failures none
define TWICE
$(BIN)/python -m pytest $(3) -m "$(1)" $(2) || $(BIN)/python -m pytest -m "$(1)" $(AGAIN) $(2)
endef

# Rebuilds the tables of docs/validation.md; peers that are not installed are left out: pip install ".[bench]".
evidence: $(READY)
	$(BIN)/python -m benchmarks.page

# Every benchmark in short, one table: docs/benchmarks.md; 20 minutes at most, with nothing beside it.
bench: $(READY)
	$(BIN)/python -m benchmarks.table

# 1,000 schools, and what a cluster would take: hours; once killed, the same command goes on where it was.
bench-scale: $(READY)
	nice -n 10 $(BIN)/python -m benchmarks.scale

# The handbook in out/site, without network; open out/site/index.html. A broken link or a page that nothing leads to fails.
docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "Look at:  out/site/index.html"

clean:
	rm -rf $(VENV) out
