# madoguchi: every word a developer or an operator needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The first one that really runs and is new enough; a name that is only a shim is passed over.
PYTHON ?= $(or $(shell for name in python3.11 python3.12 python3.13 python3; do \
  path=$$(command -v $$name) && "$$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo "$$path" && break; done),python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BASE := $(VENV)/.installed
EXTRAS := $(VENV)/.installed-all
TORCH := torch==2.13.0
DATA ?= data
PORT ?= 8000

.PHONY: help demo serve test test-all check bench fmt clean install install-all python

help: ## この一覧を表示する
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: install ## 見本の市（みほん市）で起動する（DATA=フォルダー PORT=番号）
	@$(BIN)/madoguchi demo --data-dir "$(DATA)" --port "$(PORT)"

serve: install ## 窓口を起動する（DATA=フォルダー PORT=番号）
	@$(BIN)/madoguchi serve --data-dir "$(DATA)" --port "$(PORT)"

test: install ## 試験をすべて実行する（torch は不要）
	$(BIN)/python -m pytest -n auto --dist loadfile -q

test-all: install-all ## 追加機能を入れて、その試験も含めてすべて実行する
	$(BIN)/python -m pytest -n auto --dist loadfile -q

check: install ## 書式、型、依存の向きを調べる
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## 速さを測り、他の方法と一つの表で比べる
	$(BIN)/python -m eval.bench

fmt: install ## 書式をそろえる
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## 作られたもの（.venv とキャッシュ）を消す。データは消さない
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install: $(BASE)

install-all: $(EXTRAS)

python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 以上が必要です（見つかったもの：$$("$(PYTHON)" --version 2>/dev/null | head -n 1 || true)）。" >&2; \
	  echo "例： sudo apt-get install python3 python3-venv 、または make PYTHON=/usr/bin/python3.12 demo" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python の venv が入っていません。例： sudo apt-get install python3-venv" >&2; exit 1; }

$(BIN)/python: | python
	@"$(PYTHON)" -m venv $(VENV)

# The word vectors are exported here once, so that no service has to do it at its first start.
$(BASE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "必要な部品を入れています（初回は数分かかります）…"
	@$(PIP) install -c constraints.txt -e '.[voice,dev]'
	@$(BIN)/python -c 'import sys; from pathlib import Path; from knowledge.search.word_vectors import ensure_exported; ensure_exported(Path(sys.prefix))'
	@touch $@

# torch first and by itself: nothing else may choose its version.
$(EXTRAS): $(BASE)
	@$(PIP) install $(TORCH)
	@$(PIP) install -c constraints.txt -e '.[voice,dev,models,llm,eval,piper,server]'
	@touch $@
