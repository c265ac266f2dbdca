"""Cut a csv file into two, reproducibly: python benchmarks/hold_aside.py FILE ROWS TRAIN TEST

Rows are drawn by a shuffle with seed 0. Only the standard library is used, so that the cut does
not depend on anybody's version.
"""

import csv
import gzip
import random
import sys


def main(source: str, rows: int, train: str, test: str) -> None:
    csv.field_size_limit(2**26)
    opened = gzip.open if source.endswith(".gz") else open
    with opened(source, "rt", encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file)
    aside = set(random.Random(0).sample(range(len(records)), rows))
    for name, wanted in ((train, False), (test, True)):
        with open(name, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows(r for n, r in enumerate(records) if (n in aside) is wanted)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
