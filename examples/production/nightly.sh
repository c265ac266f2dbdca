#!/bin/sh
# One night: answer the day's rows, judge the labelled ones, watch for drift.
# Exit codes: 0 all is well; 1 drift, or the work failed; 2 a file or an option is at fault.
set -eu
cd "$1"
day=$(date +%F)
mkdir -p answers reports

elman predict live --input incoming.csv --out "answers/$day.csv" --json > "reports/$day.predict.json"
if [ -f labelled.csv ]; then
    elman evaluate live labelled.csv --json > "reports/$day.evaluate.json"
fi
elman drift live incoming.csv --fail-on-drift --json > "reports/$day.drift.json"
