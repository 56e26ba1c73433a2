# Everything one does with Muster, by the words that its documents use. `make` alone lists them.
#
# Each word goes through .make/with, which brings .venv up to date for it and then becomes the command:
# so Ctrl-C and SIGTERM reach Muster itself, and a start with nothing to install costs no time.
# PYTHON=… chooses the Python; without it the newest from 3.11 on is taken.

.DEFAULT_GOAL := help
.PHONY: help run test lint format types translations bench migrate db assets lock

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: ## the site with the example claims, at an address that it prints
	@exec sh .make/with run .venv/bin/muster demo

test: ## lint, types and every test; installs what they need, Chromium included
	@exec sh .make/with test .venv/bin/python .make/check.py

lint: ## ruff's rules
	@exec sh .make/with test .venv/bin/ruff check .

format: ## lay the code out as ruff does
	@exec sh .make/with test .venv/bin/ruff format .

types: ## mypy, strict
	@exec sh .make/with test .venv/bin/mypy app

translations: ## bring the catalogues of languages up to date with the texts of pages
	@exec sh .make/with run .venv/bin/python -m app.languages

bench: ## measure what has a stated speed
	@exec sh .make/with test .venv/bin/python -m bench

migrate: ## bring the database's schema up to date
	@exec sh .make/with run .venv/bin/muster migrate

db: ## PostgreSQL's own shell on Muster's database
	@exec sh .make/with run .venv/bin/muster db

assets: ## install the chart library and build the static files, all anew
	@exec sh .make/with assets .venv/bin/python -m app.assets

lock: ## look for newer versions of everything and pin them
	@exec sh .make/with run .venv/bin/python .make/lock.py
