# Two commands do all the set-up:  make serve  |  make test
SHELL := /bin/sh
PYTHON ?= python3.11
CACHE ?= $(HOME)/.cache/hoso
SITE ?= var
PORT ?= 6543
# Develop packages are built with the environment's own tools: nothing unpinned, no network.
export PIP_NO_BUILD_ISOLATION = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1

pin = $(1)==$(shell sed -n 's/^$(1) = //p' buildout.cfg)
BUILDOUT = .venv/bin/buildout -N buildout:eggs-directory=$(CACHE)/eggs

.PHONY: build serve test lint types floors check browser clean

build: .installed.cfg var/model/vie.traineddata src/hoso/web/locale/.compiled

.venv/.tools: buildout.cfg
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/pip install -q "$(call pin,zc.buildout)" "$(call pin,setuptools-scm)" "$(call pin,ruff)"
	touch $@

.installed.cfg: buildout.cfg pyproject.toml .venv/.tools
	$(BUILDOUT) || .venv/bin/buildout buildout:eggs-directory=$(CACHE)/eggs
	touch $@
