#!/usr/bin/env bash
# Loads every export in its real consumer: for each one an environment of its own (about 1.5 GB), then its tests.
#   tests/export/trainers/run.sh [trl axolotl llama_factory swift]
# PYTHON chooses the Python that the environments are made with.
set -euo pipefail
cd "$(dirname "$0")/../../.."
failed=0

ready() {
  local folder=$1 wanted="tests/export/trainers/$2.txt" alone
  [ "$folder/.ready" -nt "$wanted" ] && return
  "${PYTHON:-python3}" -m venv "$folder" || return
  local pip=("$folder/bin/python" -m pip install --quiet --disable-pip-version-check)
  "${pip[@]}" -r "$wanted" pytest || return
  # A consumer that asks for far more than reading takes is installed without what it asks for.
  alone=$(sed -n 's/^# alone: //p' "$wanted")
  if [ -n "$alone" ]; then "${pip[@]}" --no-deps "$alone" || return; fi
  "${pip[@]}" --editable . || return
  touch "$folder/.ready"
}

for name in "${@:-trl axolotl llama_factory swift}"; do
  for each in $name; do
    printf '\n== %s\n' "$each"
    if ! ready ".venv-$each" "$each"; then
      echo "$each could not be installed; its tests did not run"
      failed=1
    elif ! ".venv-$each/bin/python" -m pytest -q -W default -p no:cacheprovider "tests/export/trainers/test_$each.py"; then
      failed=1
    fi
  done
done
exit "$failed"
