# Thin aliases: each is one command that also works by itself.
#   make book    build both languages into _build/site/
#   make serve   read the built book at a local address (PORT=8000)
#   make test    run every check, as CI does
#   make data    fetch the data sets that do not come with the book; what is missing is shown as recorded
#   make record  record anew what pages compute on fetched data (PAGE=human-and-ai: one page's)
#   make notebooks-as-published   run the built notebooks as Colab would (PAGE=matrix-operations: one page's)
#   make publish-notebooks        push them as the branch that Colab's links name (REMOTE=origin); CI does it on main
.PHONY: book serve data record colab notebooks-as-published publish-notebooks test install tools lint stale stamp wheel measure test-without-torch clean

# The first Python found that the book is built with; PYTHON=… chooses another.
PYTHON ?= $(or $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
  $(shell $(name) -c 'import sys, venv; print("$(name)" if (3, 11) <= sys.version_info < (3, 14) else "")' 2>/dev/null))),python3)
PORT ?= 8000
REMOTE ?= origin
VENV := .venv
RUN := $(VENV)/bin/python
export PYTHONPATH := $(CURDIR)/code

book: install
	$(RUN) -m bookbuild book

serve: install
	$(RUN) -m bookbuild serve --port $(PORT)

test: install tools lint book
	$(RUN) -m bookbuild stale --strict
	$(RUN) -m pytest

data: install
	$(RUN) -m bookbuild data

record: install
	$(RUN) -m bookbuild record $(if $(PAGE),--page $(PAGE))

# An environment with the versions of Colab's image, in _build/colab-env/; TORCH_BACKEND=cpu gives it Colab's PyTorch.
colab: install
	$(RUN) -m bookbuild colab

notebooks-as-published: book
	$(RUN) -m bookbuild run-notebooks $(if $(PAGE),--page $(PAGE))

# Installs nothing: in CI it runs where the branch may be written, with Python and git alone.
publish-notebooks:
	$(or $(wildcard $(RUN)),$(PYTHON)) -m bookbuild publish-notebooks --remote $(REMOTE)

install: $(VENV)/installed

$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  f"The book is built with Python 3.11, 3.12 or 3.13; $(PYTHON) is {v[0]}.{v[1]}. Install one, or name it: make book PYTHON=python3.12")'
	@echo "Installing into $(VENV) (some minutes the first time)"
	$(PYTHON) -m venv $(VENV)
ifdef TORCH_BACKEND
	$(RUN) -m pip install --quiet uv -c constraints.txt
	$(RUN) -m uv pip install --python $(RUN) --torch-backend $(TORCH_BACKEND) "$$(grep '^torch==' requirements.txt)"
endif
	$(RUN) -m pip install --quiet -r requirements.txt -c constraints.txt -e .
	touch $@

tools: install
	$(RUN) -m bookbuild tools

lint: install
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .

measure: install
	$(RUN) -m bookbuild measure

stale: install
	$(RUN) -m bookbuild stale

stamp: install
	$(RUN) -m bookbuild stamp $(PAGE)

wheel: install
	$(RUN) -m pip wheel --quiet --no-deps --wheel-dir _build/wheel .
	rm -rf build

# The parts of introdl that need no torch, on a Python that may have none: make test-without-torch PYTHON=python3.13
test-without-torch:
	$(PYTHON) -m venv _build/venv-without-torch
	_build/venv-without-torch/bin/python -m pip install --quiet filelock ipython matplotlib numpy pandas rdata scikit-learn skops XlsxWriter pytest hypothesis openpyxl -c constraints.txt
	_build/venv-without-torch/bin/python -m pip install --quiet --no-deps -e .
	_build/venv-without-torch/bin/python -m pytest tests/package -m "not torch" -p no:cacheprovider

clean:
	rm -rf _build book/*/_generated
