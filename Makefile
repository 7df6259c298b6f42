# Everything that is run from outside: `make report` builds the samples, `make test` runs the tests; both set the machine up first.
# What is installed stands in requirements.lock (Python, with hashes) and apt.txt (Debian).

PYTHON ?= python3
JOBS ?= 2
# Two of the workers drive a browser, which mostly waits.
TEST_WORKERS ?= 4
BUNDLE ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SHELL := /bin/sh

# An activated environment, a user's site folder or a pip.conf that installs elsewhere must not change what is run here.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV CONDA_PREFIX
export PYTHONNOUSERSITE := 1
export PYTHONUTF8 := 1
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Second attempt at an installation: nothing but the public index (a pip.conf may name a folder whose files have other hashes).
PLAIN_PIP := env -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_FIND_LINKS -u PIP_NO_INDEX -u PIP_TARGET -u PIP_PREFIX \
	PIP_CONFIG_FILE=/dev/null $(BIN)/python -m pip

.DEFAULT_GOAL := help
.PHONY: help setup apt report test test-all docs lab check script second-opinion lock bundle benchmarks clean

help:  ## 列出命令 / list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

report: apt $(STAMP)  ## 生成 params/ 下全部年报 / build every report of params/ into outputs/
	@$(BIN)/nianbao build params --outputs outputs --jobs $(JOBS)

test: apt $(STAMP)  ## 运行全部测试 / run all tests
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile -q

test-all: apt $(STAMP)  ## 运行全部测试，包括上千份生成的文件 / run all tests and the sweeps over generated files
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile -q -m "sweep or not sweep"

lab: $(STAMP)  ## 打开 JupyterLab 填报 / open the form in JupyterLab
	@$(BIN)/nianbao lab

check: $(STAMP) script  ## 格式、类型、测试 / ruff, mypy, the form's JavaScript, and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory test

# Developers only: users need neither node nor npm, the form's modules are served as they are.
script:  ## 填报表的 JavaScript：格式、类型、测试 / the form's JavaScript: biome, tsc, node --test
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
		echo "没有检查填报表的 JavaScript：需要 node 20 或更高版本和 npm / the form's JavaScript was not checked: node 20 or newer and npm are needed"; exit 2; }
	@[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error
	@npm run --silent check

docs: $(STAMP)  ## 生成文档网站 / build the documentation into build/site
	@$(BIN)/python docs/house.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet && echo build/site/index.html

benchmarks: $(STAMP)  ## 测速度 / measure speed and size (tests/benchmarks/bench_*.py)
	@$(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py' -s -q -p no:xdist

second-opinion: $(STAMP)  ## 重新学文字的第二意见 / fit the second opinion on figures of the text
	@$(BIN)/python -m tests.checks.second_opinion_samples

lock:  ## 重新锁定依赖 / choose the newest set that fits pyproject.toml
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet --quiet uv && \
	env -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_INDEX -u UV_FIND_LINKS \
		"$$tools/bin/uv" --no-config pip compile pyproject.toml --extra dev --upgrade \
		--universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock
	@grep -c == requirements.lock | sed 's/$$/ packages locked/'

bundle: $(STAMP)  ## 离线安装包，每个平台一个 ZIP，放在 dist/ / offline bundles, one ZIP a platform, into dist/
	@$(BIN)/python -m deploy.bundle.make $(BUNDLE)

clean:  ## 删除环境和缓存，保留 outputs/ / remove environment and caches, keep the finished reports
	rm -rf $(VENV) build nianbao.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find toolkit tests -name __pycache__ -type d -prune -exec rm -rf {} +

setup: apt $(STAMP)  ## 只安装，不生成 / install only

# Scripts in an environment name its folder: when the project was moved or copied, the environment is made anew.
ifneq ($(shell cat $(VENV)/.folder 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

# What is printed is for the person at the terminal: Chinese first, English after the slash.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "需要 Python 3.11 或更高版本：make PYTHON=python3.12 report / Python 3.11 or newer is needed: name it with PYTHON=…"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3-venv >/dev/null; } || { \
		echo "$(PYTHON) 缺少 venv，请管理员运行 apt-get install python3-venv / $(PYTHON) has no venv: ask for python3-venv"; exit 2; }
	@echo "安装 Python 程序包到 $(VENV)（第一次约两分钟）…… / installing Python packages, about two minutes the first time"
	@{ [ "$$(cat $(VENV)/.folder 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -m pip --version >/dev/null 2>&1; } || \
		{ $(PYTHON) -m venv --clear $(VENV) && echo "$(CURDIR)" > $(VENV)/.folder; }
	@{ $(BIN)/python -m pip install -qq --require-hashes -r requirements.lock && $(BIN)/python -m pip check >/dev/null \
		&& $(BIN)/python -c 'import papermill, typst'; } || { \
		echo "按本机 pip 设置未能装好，改用公共软件源再试 / the pip settings of this machine did not do, trying the public index"; \
		$(PLAIN_PIP) install -qq --require-hashes -r requirements.lock; } || { \
		echo "程序包没有装上：请检查网络或代理后再运行一次 / packages could not be installed: check network or proxy, then run again"; exit 2; }
	@$(PLAIN_PIP) install -qq --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# One package in each line of apt.txt; "a|b" means that either will do. Nothing here stops the build: a missing package costs what its comment says.
apt:
	@command -v dpkg-query >/dev/null || exit 0; \
	has() { dpkg-query -W -f '$${db:Status-Status}' "$$1" 2>/dev/null | grep -qx installed; }; \
	missing() { sed 's/#.*//' apt.txt | while read -r names; do \
		[ -z "$$names" ] && continue; found=; \
		for name in $$(echo "$$names" | tr '|' ' '); do has "$$name" && found=1; done; \
		[ -n "$$found" ] || echo "$$names" | cut -d'|' -f1; done; }; \
	packages=$$(missing); [ -z "$$packages" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "安装系统软件包（只在第一次）：" $$packages " / installing Debian packages, once"; \
		install() { DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$$@" >/dev/null; }; \
		{ apt-get -qq update && install $$packages; } || for name in $$(missing); do install "$$name"; done || \
		echo "系统软件包没有装全 / not all Debian packages could be installed"; \
		packages=$$(missing); \
	fi; \
	for name in $$packages; do grep "^$$name" apt.txt | sed 's/^\([^ |]*\)[^#]*# */缺少 missing \1：/'; done; \
	[ -z "$$packages" ] || echo "不影响其余部分；请管理员安装 / the rest works; ask for: apt-get install" $$packages
