"""Break the kernels, one term, sign, gate or bound at a time, and demand that a test turns red.

    python tests/mutate_kernels.py [WORD …]     all mutants, or those whose name has a word in it

Each mutant is one change of `elman/csrc` or of what calls it from torch. It is built in a private
copy for one instruction set, then the contract tests run against it, then the driver with
unreadable pages around every buffer. One that passes everything has survived: exit code 1. So has
one whose place in the sources is gone (stale): mend the list in `mutants.py` with the kernels.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from elman import native  # noqa: E402
from tests.mutants import EQUIVALENT, MUTANTS, Mutant  # noqa: E402
from tests.native.build import compile_objects, link  # noqa: E402

TESTS = [
    "tests/contract/values/test_equals_reference.py",
    "tests/contract/values/test_extremes.py",
    "tests/contract/values/test_partial_gradients.py",
    "tests/contract/bits/test_packed.py",
    "tests/contract/values/test_strides.py",
    "tests/contract/bits/test_padding.py",
    "tests/contract/bits/test_threads.py",
    "tests/contract/modules/test_errors.py",
    "tests/ops/test_pool.py",
    "tests/runtime/test_compiled.py",
    "tests/ops/test_step.py",
    "tests/ops/test_curves.py",
]
"""Quick ones first: a mutant dies at the first failure."""

OF_BFLOAT16 = ["tests/contract/half/test_values.py", "tests/contract/half/test_bits.py"]

OF_FILES = {
    "csrc/text.cpp": ["tests/data/text/test_lookup.py"],
    "csrc/lexicon.h": ["tests/data/text/test_lookup.py"],
    "csrc/logistic.cpp": ["tests/tasks/classify/test_solver.py"],
    "csrc/sum.cpp": ["tests/training/test_shared.py"],
    "csrc/answer.cpp": ["tests/runtime/test_compiled.py", "tests/runtime/test_linear.py"],
    **dict.fromkeys(
        [
            f"csrc/half{rest}"
            for rest in (
                ".h",
                "_product.cpp",
                "_layer.h",
                "_cells.h",
                "_forward.cpp",
                "_backward.cpp",
                "_gradients.cpp",
            )
        ],
        OF_BFLOAT16,
    ),
}
"""Of files that nothing else looks at."""

FLAGS = ["-O1", "-fno-math-errno", "-fno-trapping-math", "-Ielman/csrc"]


class Workshop:
    """A private copy of the package and its tests, where a library is built again and again."""

    def __init__(self, root: Path) -> None:
        self.root, self.objects = root, root / "objects"
        self.objects.mkdir()
        for name in ("elman", "tests", "pyproject.toml"):
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("*.pyc"))
            else:
                shutil.copy(source, root / name)
        self.isa = native.isa()
        self.build(sorted((root / "elman/csrc").glob("*.cpp")))
        driver = [root / "tests/native/memory_driver.cpp", root / "elman/_native.so"]
        flags = ["-std=c++17", "-O1", f"-I{root}/elman/csrc", f"-Wl,-rpath,{root}/elman"]
        link(driver, root / "driver", flags)

    def build(self, sources: list[Path]) -> bool:
        """Compile these sources and link the library; False where they do not compile."""
        os.chdir(self.root)
        if not compile_objects(sources, self.objects, self.isa, FLAGS):
            return False
        link(self.objects.glob("*.o"), self.root / "elman/_native.so", ["-shared"])
        return True

    def affected(self, file: str) -> list[Path]:
        """What is to be compiled again when a file changes."""
        if file.endswith(".py"):
            return []
        if file.endswith(".cpp"):
            return [self.root / "elman" / file]
        csrc = self.root / "elman/csrc"
        if "half" in file:
            names = ("product", "forward", "backward", "gradients")
            return [csrc / f"half_{name}.cpp" for name in names]
        return [csrc / f"{name}.cpp" for name in ("forward", "backward", "pool", "step", "text")]

    def verdict(self, tests: list[str]) -> str:
        """What saw the change: the first test, the driver, a hang; empty if nothing."""
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no"]
        command += [
            "-p",
            "no:cacheprovider",
            "-k",
            "not gpu and not aten and not cpu-float64 and not cpu-bfloat16",
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "ELMAN_NATIVE": ""}
        try:
            done = subprocess.run(
                [*command, *tests],
                cwd=self.root,
                env=environment,
                capture_output=True,
                text=True,
                timeout=200,
            )
            if done.returncode:
                failed = [row for row in done.stdout.splitlines() if row.startswith("FAILED")]
                name = failed[0].split("::")[1].split(" - ")[0] if failed else ""
                return name or f"the process ended with {done.returncode}"
            for side in ("after", "before"):
                driven = subprocess.run(
                    [self.root / "driver", side, "baseline"], capture_output=True, timeout=60
                )
                if driven.returncode:
                    return f"driver, unreadable page {side} the buffers"
        except subprocess.TimeoutExpired:
            return "it did not end"
        return ""


def results(workshop: Workshop, mutants: list[Mutant]) -> Iterator[tuple[Mutant, str | None]]:
    """Each mutant and what killed it; None where the sources no longer have its place, once."""
    changed: set[Path] = set()
    for mutant in mutants:
        path = workshop.root / "elman" / mutant.file
        original = path.read_text(encoding="utf-8")
        count = original.count(mutant.old)
        if count != 1:
            yield mutant, None
            continue
        path.write_text(original.replace(mutant.old, mutant.new), encoding="utf-8")
        affected = set(workshop.affected(mutant.file))
        if affected | changed and not workshop.build(sorted(affected | changed)):
            raise SystemExit(f"the mutant “{mutant.name}” does not compile")
        yield mutant, workshop.verdict(OF_FILES.get(mutant.file, TESTS))
        path.write_text(original, encoding="utf-8")
        changed = affected


def main() -> int:
    words = sys.argv[1:]
    mutants = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder))
        if seen := workshop.verdict([*TESTS, *chain(*OF_FILES.values())]):
            raise SystemExit(f"the kernels as they are do not pass: {seen}")
        for mutant, seen in results(workshop, mutants):
            fate = "stale" if seen is None else "killed" if seen else "SURVIVED"
            print(f"{fate:8}  {mutant.file:26} {mutant.name}: {seen or ''}", flush=True)
            if not seen:
                survivors.append(mutant)
        os.chdir(ROOT)
    print(f"{len(mutants) - len(survivors)} of {len(mutants)} killed")
    for change, reason in EQUIVALENT.items():
        print(f"not tried, because nothing can see it: {change}: {reason}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
