# make run    install what is missing and start the program on its demo store
# make test   install what is missing and run all checks
# The finer targets below expect one of the two to have run before.

PYTHON := .venv/bin/python
STAMPS := .stamps
BENCHMARKS := start open_interaction first_sound heartbeat timeline_paint waveform search sealing sealed_playback erasing
INPUTS := tools/setup.sh packaging/debian-run.txt pyproject.toml

.PHONY: run test long lint types imports wording tests bench tour package lock messages clean

run: $(STAMPS)/run
	@tools/run.sh

test: $(STAMPS)/test
	@$(MAKE) --no-print-directory lint imports wording types tests

$(STAMPS)/run: $(INPUTS) requirements/run.lock
	@tools/setup.sh run
	@mkdir -p $(STAMPS) && touch $@

# What the checks need includes what running needs.
$(STAMPS)/test: $(INPUTS) packaging/debian-test.txt requirements/dev.lock
	@tools/setup.sh test
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/run

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types:
	$(PYTHON) -m mypy

imports:
	.venv/bin/lint-imports

wording:
	$(PYTHON) tools/messages.py check

tests:
	@tools/tests.sh

# Full counts of kill tests, soaks, big benchmarks: before an issue is resolved.
long: $(STAMPS)/test
	@tools/tests.sh -m long
	$(MAKE) --no-print-directory bench

bench:
	@for name in $(BENCHMARKS); do \
	    echo "== $$name"; QT_QPA_PLATFORM=offscreen $(PYTHON) -m benchmarks.$$name || true; \
	done

tour:
	.venv/bin/reviewer demo --tour tour

package:
	$(PYTHON) -m PyInstaller --noconfirm build.spec

messages:
	$(PYTHON) tools/messages.py update

# Needs uv: choose the newest versions that pyproject.toml allows.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --upgrade --extra postgresql pyproject.toml --group build -o requirements/run.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --upgrade --extra postgresql pyproject.toml --group dev -o requirements/dev.lock

clean:
	rm -rf .venv .stamps build dist tour
