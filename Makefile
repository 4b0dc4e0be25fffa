# Needs Python 3.11 or later and make; the rest is fetched. `make` alone says what there is.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALL := $(RUN) -m pip install --quiet --quiet --disable-pip-version-check
export PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help up test check lab measure bench-chat soak messages clean

help:
	@echo "make up          start the site at http://localhost:$(PORT) (PORT=8090 make up: elsewhere); Ctrl-C stops it"
	@echo "make test        run every test that this machine can run, and name what it could not"
	@echo "make check       ruff and mypy"
	@echo "make lab         install the other servers and frameworks, for python -m deploy up NAME and the measurements"
	@echo "make measure     measure them (a few minutes; ARGS='--profile full': three quarters of an hour, for figures that are quoted)"
	@echo "make bench-chat  measure the chat beside the Channels tutorial's (a quarter of an hour; ARGS=--quick: a look)"
	@echo "make soak        talk, come, go and break things for ten minutes, then see what was lost (ARGS='--minutes 60')"
	@echo "make messages    collect the texts to translate into config/locale (needs gettext)"
	@echo "make clean       remove the virtual environment and caches; the data in var/ stays"

up: $(VENV)/installed
	@$(RUN) -m deploy prepare --first 8
	@exec $(RUN) -m deploy up split --fill

test: $(VENV)/installed-dev
	@$(RUN) -m tests $(ARGS)

check: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .

lab: $(VENV)/installed-lab
	@$(RUN) -c 'import mod_wsgi' 2>/dev/null || { command -v apxs >/dev/null && command -v cc >/dev/null \
		&& echo "Compiling mod_wsgi (once)" && $(INSTALL) -r deploy/lab/requirements-compiled.txt; } \
		|| echo "mod_wsgi is left out: it is compiled, which needs apt-get install apache2-bin apache2-dev build-essential"

measure: lab
	@$(RUN) -m deploy measure $(ARGS)

bench-chat: $(VENV)/installed-lab
	@$(RUN) -m deploy.lab.chat $(ARGS)

soak: $(VENV)/installed-dev
	@$(RUN) -m tests.soak $(ARGS)

messages: $(VENV)/installed
	$(RUN) manage.py makemessages --locale es --no-location --no-obsolete --ignore=.venv --ignore=var --ignore=node_modules

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# A stamp beside the packages: they are installed again when the list of them has changed.
$(VENV)/installed: requirements.txt $(VENV)/bin/pip
	@echo "Installing what the site runs on (once, about half a minute)"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt $(VENV)/bin/pip
	@echo "Installing what tests and checks need (once)"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/installed

$(VENV)/installed-lab: requirements.txt deploy/lab/requirements.txt $(VENV)/bin/pip
	@echo "Installing the other servers and frameworks (once)"
	@$(INSTALL) -r requirements.txt -r deploy/lab/requirements.txt
	@touch $@ $(VENV)/installed

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed (apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) -V). Another one: PYTHON=python3.12 make up"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is needed (apt-get install python3-venv)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
