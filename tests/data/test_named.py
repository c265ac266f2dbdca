"""A folder, a pattern and an address mean the same files, whoever reads them."""

from __future__ import annotations

import glob
import os

import pytest

from elman.data.fetched import fetching
from elman.data.named import matching
from elman.data.pieces.sources import sources_of
from elman.data.signals.folders import files_below
from elman.data.tables.formats import open_table
from elman.errors import DataError

FILES = [
    "a.csv", "b.csv", "a-1.csv", "x/a.csv", "x/[1].csv", "x/y/z/a.csv", "[1]/a.csv", "1/b.csv",
    "x/.hidden.csv", ".git/a.csv", "_parts/a.csv", "x/_SUCCESS", "notes.txt",
]  # fmt: skip
PATTERNS = [
    "*.csv", "**/*.csv", "**/a.csv", "x/**/*.csv", "x/*.csv", "*/a.csv", "x/**", "**/y/**/*.csv",
    "?.csv", "**/**/a.csv", "x/[[]1].csv", "*/*",
]  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(FILES):
        write(name, number)
    return tmp_path


def write(name, number=0):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", encoding="utf-8") as file:
        file.write(f"text,label\ntext {number},{name}\n")


def read(name):
    """The files that each way of reading takes, which are all one."""
    table = [row.fields["label"] for row in open_table(name).rows()]
    parts = [open_table(source.where) for source in sources_of(name) if not source.same]
    assert table == [row.fields["label"] for part in parts for row in part.rows()]
    return table


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_means_what_it_does_in_a_shell(place, pattern):
    expected = {name for name in glob.glob(pattern, recursive=True) if os.path.isfile(name)}
    expected = {name for name in expected if os.path.basename(name)[0] != "_"}
    assert expected
    found = matching(pattern).paths
    assert {path.as_posix() for path in found} == expected
    assert found == sorted(found)
    assert {*read(pattern)} == expected


@pytest.mark.parametrize("pattern", ["*.csv", "x/*.csv", "x/**/*.csv", "x/[1].csv", "1", "x/a.csv"])
def test_an_address_means_the_files_that_a_name_here_does(place, pattern):
    pytest.importorskip("fsspec")
    address = f"file://{place}/{pattern}"
    names = [(source.name, source.size) for source in sources_of(address)]
    assert names == [(source.name, source.size) for source in sources_of(pattern)]
    assert len(names) == {"*.csv": 3, "x/*.csv": 2, "x/**/*.csv": 3}.get(pattern, 1)
    assert fetching(lambda data: read(data))(data=address) == read(pattern)


def test_names_that_stand_as_they_are_are_no_patterns(place):
    assert read("[1]/*.csv") == ["[1]/a.csv"]
    assert read("x/[1].csv") == ["x/[1].csv"]
    assert [source.name for source in sources_of("[1]/*.csv")] == ["a.csv"]


def test_of_a_folder_of_tables_other_files_are_left_out(place):
    os.makedirs("in")
    for name in ("in/b.csv", "in/a.csv", "in/README.md", "in/notes.txt"):
        write(name)
    assert read("in") == ["in/a.csv", "in/b.csv"]
    for name in ("a", "b"):
        os.remove(f"in/{name}.csv")
    assert [source.name for source in sources_of("in")] == ["README.md", "notes.txt"]


def test_what_is_met_by_a_link_is_read_once_and_by_its_own_name(place):
    os.symlink("x", "latest")
    os.symlink(".", "1/self")
    os.symlink("..", "x/y/up")
    assert read("**/*.csv") == [
        "1/b.csv", "[1]/a.csv", "_parts/a.csv", "a-1.csv", "a.csv", "b.csv", "x/[1].csv",
        "x/a.csv", "x/y/z/a.csv",
    ]  # fmt: skip
    os.symlink("b.csv", "a-link.csv")
    assert read("*.csv") == ["a-1.csv", "a.csv", "b.csv"]
    assert "a-link.csv is b.csv, and not read again." in open_table("*.csv").note
    links = {source.name: source.same for source in sources_of("*.csv") if source.same}
    assert links == {"a-link.csv": "b.csv"}
    assert read("*/a.csv") == ["[1]/a.csv", "_parts/a.csv", "x/a.csv"]
    assert read("latest/*.csv") == ["x/[1].csv", "x/a.csv"]
    assert read("a-link.csv") == ["b.csv"]


@pytest.mark.parametrize("name", ["in", "in/*", "**/*.csv"])
def test_a_link_to_nothing_is_named(place, name):
    write("in/a.csv")
    os.symlink("/nowhere/b.csv", "in/b.csv")
    said = r"^in/b\.csv: a link to /nowhere/b\.csv, where nothing is\. Mend the link, or remove it"
    for reader in (open_table, sources_of):
        with pytest.raises(DataError, match=said):
            reader(name)
        with pytest.raises(
            DataError, match=r"folder\. It is a link to /nowhere/b\.csv, where noth"
        ):
            reader("in/b.csv")
    os.symlink("itself.csv", "in/itself.csv")
    os.remove("in/b.csv")
    for reader in (open_table, sources_of):
        with pytest.raises(DataError, match=r"^in/itself\.csv: cannot be read: Too many levels"):
            reader(name)


@pytest.mark.parametrize("name", ["in", "in/*.csv", "**/a.csv"])
def test_a_folder_that_may_not_be_looked_into_is_named(place, name, monkeypatch):
    write("in/a.csv")
    listing = os.scandir

    def refused(folder):
        if os.path.basename(folder) == "in":
            raise PermissionError(13, "Permission denied", os.fspath(folder))
        return listing(folder)

    monkeypatch.setattr(os, "scandir", refused)
    monkeypatch.setattr(os, "listdir", refused)
    for reader in (open_table, sources_of):
        with pytest.raises(DataError, match=r"^in: cannot be read: Permission denied\.$"):
            reader(name)
    with pytest.raises(DataError, match=r"in: cannot be read: Permission denied\.$"):
        list(files_below(place))


def test_a_file_has_one_name_in_a_job_whatever_lies_beside_it(place):
    write("in/good/1.csv")
    write("in/bad/2.csv")
    for pattern in ("in/**/*.csv", f"{place}/in/*/*.csv"):
        names = [source.name for source in sources_of(pattern)]
        assert names == ["bad/2.csv", "good/1.csv"]
    os.remove("in/bad/2.csv")
    assert [source.name for source in sources_of("in/**/*.csv")] == ["good/1.csv"]
