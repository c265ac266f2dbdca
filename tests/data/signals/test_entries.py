"""Sounds by folders and by indexes; files that are missing are named."""

from __future__ import annotations

import zipfile

import pytest

from elman.data.signals.entries import listed
from elman.data.signals.listed import Entry
from elman.data.signals.parts import parts_of
from elman.data.tables.table import Reject
from elman.errors import DataError, OptionError
from tests.data.signals.waves import wav


@pytest.fixture
def folder(tmp_path):
    for name in ("yes/b.wav", "yes/a.WAV", "no/c.wav", "_background_noise_/hum.wav"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(wav([0.1, 0.2]))
    (tmp_path / "yes" / "notes.txt").write_text("no sound")
    return tmp_path


def rows(found):
    return [(e.line, e.file, e.label, e.part) for e in found.each if isinstance(e, Entry)]


def test_sub_folders_are_classes_and_noise_is_none(folder):
    assert rows(listed(folder)) == [
        (1, "no/c.wav", "no", ""),
        (2, "yes/a.WAV", "yes", ""),
        (3, "yes/b.wav", "yes", ""),
    ]


def test_lists_beside_the_folders_name_the_parts(folder):
    (folder / "testing_list.txt").write_text("yes/b.wav\n")
    (folder / "validation_list.txt").write_text("no/c.wav\r\n")
    assert [part for *_, part in rows(listed(folder))] == ["validation", "train", "test"]


def test_speakers_in_the_names_of_files_are_groups(folder):
    for path in [*folder.glob("yes/*.[wW]*"), *folder.glob("no/*.wav")]:
        path.rename(path.with_name(f"s{path.stem}_nohash_0.wav"))
    found = listed(folder)
    assert [e.group for e in found.each] == ["sc", "sa", "sb"]
    assert found.group == "before _nohash_"


def test_an_index_names_files_labels_and_more(folder):
    path = folder / "index.csv"
    path.write_text("speaker,file,label,split\nann,yes/b.wav,1,train\nbob,no/c.wav,,test\nx,,2,\n")
    found = listed(path, group="speaker")
    entry, *rejects = found.each
    assert (entry.line, entry.file, entry.label, entry.group, entry.part) == (
        *(2, "yes/b.wav", "1", "ann", "train"),
    )
    assert [(r.line, r.reason) for r in rejects] == [
        (3, "no label in column label"),
        (4, "no file in column file"),
    ]
    unlabelled = listed(path, need_label=False)
    assert [isinstance(e, Reject) for e in unlabelled.each] == [False, False, True]
    with found.files.open("yes/b.wav") as file:
        assert file.read(4) == b"RIFF"


def test_a_column_of_sounds_is_found_whatever_its_name(folder):
    path = folder / "index.csv"
    path.write_text("digit,recorded\n7,yes/b.wav\n8,no/c.wav\n")
    assert rows(listed(path, label="digit")) == [
        (2, "yes/b.wav", "7", ""),
        (3, "no/c.wav", "8", ""),
    ]
    with pytest.raises(DataError, match="Name it with --label"):
        listed(path)
    with pytest.raises(OptionError, match=r'--file: .* has no column "fiel"'):
        listed(path, file="fiel", label="digit")


def test_a_zip_beside_the_index_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("in/a.wav", wav([0.5]))
    (tmp_path / "index.csv").write_text("file,label\nin/a.wav,x\nin/b.wav,y\n")
    files = listed(tmp_path / "index.csv").files
    with files.open("in/a.wav") as file:
        assert file.read() == wav([0.5])
    with pytest.raises(DataError, match=r"in/b\.wav: no such file"):
        files.open("in/b.wav")


def test_what_holds_no_sounds_is_refused(folder):
    (folder / "no" / "c.wav").unlink()
    with pytest.raises(DataError, match="1 sub-folder of sounds"):
        listed(folder)
    (folder / "texts.csv").write_text("text,label\na,b\n")
    with pytest.raises(DataError, match="no column of sound files"):
        listed(folder / "texts.csv")
    with pytest.raises(OptionError, match=r"--group: .* is a folder"):
        listed(folder, group="speaker")


def test_parts_have_known_names():
    assert parts_of(["train", "Test", "dev"], "a") == ["train", "test", "validation"]
    assert parts_of(["", ""], "a") is None
    assert parts_of(["1", "2"], "a") is None  # of something else
    with pytest.raises(DataError, match='a: a part "other"'):
        parts_of(["train", "other"], "a")


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wav([0.1, 0.2]))
    return folder


def test_sounds_deep_in_a_class_are_of_the_class(tmp_path):
    put(tmp_path, "low/a.wav", "low/sub/b.wav", "nested/spk0/0.wav", "nested/spk1/deep/1.wav")
    put(tmp_path, "low/.hidden/x.wav")
    found = listed(tmp_path)
    assert rows(found) == [
        (1, "low/a.wav", "low", ""),
        (2, "low/sub/b.wav", "low", ""),
        (3, "nested/spk0/0.wav", "nested", ""),
        (4, "nested/spk1/deep/1.wav", "nested", ""),
    ]
    assert "4 sounds in 2 folders" in found.said
    assert not found.notes


def test_folders_of_parts_hold_classes(tmp_path):
    put(tmp_path, "train/up/a.wav", "train/down/b.wav", "Test/up/c.wav", "valid/down/s/d.wav")
    found = listed(tmp_path)
    assert [row[1:] for row in rows(found)] == [
        ("Test/up/c.wav", "up", "test"),
        ("train/down/b.wav", "down", "train"),
        ("train/up/a.wav", "up", "train"),
        ("valid/down/s/d.wav", "down", "validation"),
    ]
    assert "Test, train, valid say which part" in found.said
    put(tmp_path, "train/z.wav")  # now train is a class with sounds of its own
    assert {row[2] for row in rows(listed(tmp_path))} == {"train", "Test", "valid"}


def test_a_link_to_a_folder_above_is_not_walked_for_ever(tmp_path):
    put(tmp_path, "a/1.wav", "b/2.wav")
    for name, target in (("b/again", "b"), ("b/top", "."), ("c", "a")):
        (tmp_path / name).symlink_to(tmp_path / target, target_is_directory=True)
    found = [(file, label) for _, file, label, _ in rows(listed(tmp_path))]
    assert found == [("a/1.wav", "a"), ("b/2.wav", "b"), ("c/1.wav", "c")]


def test_what_of_a_folder_is_left_out_is_counted_and_named(folder):
    put(folder, "loose.wav", "yes/song.mp3", "yes/talk.m4a")
    found = listed(folder)
    assert len(rows(found)) == 3
    assert "1 file of _background_noise_" in found.said
    loose, unread = found.notes
    assert "1 sound beside the sub-folders, in none of them, left out: loose.wav" in loose
    assert "2 files not read, save as wav: yes/song.mp3, yes/talk.m4a" in unread


def test_paths_as_windows_writes_them_are_found(folder):
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("in/z.wav", wav([0.5]))
    (folder / "index.csv").write_text("file,label\nyes\\b.wav,x\nin\\z.wav,y\n")
    found = listed(folder / "index.csv")
    assert [row[1] for row in rows(found)] == ["yes\\b.wav", "in\\z.wav"]
    for entry in found.each:
        with found.files.open(entry.file) as file:
            assert file.read(4) == b"RIFF"
    (folder / "testing_list.txt").write_text("yes\\b.wav\n")
    assert [part for *_, part in rows(listed(folder))] == ["train", "train", "test"]


def test_a_column_of_parts_that_names_none_is_said_or_refused(folder):
    path = folder / "index.csv"
    path.write_text("file,label,split\nyes/b.wav,x,A\nno/c.wav,y,B\n")
    found = listed(path)
    (note,) = found.notes
    assert 'index.csv: the column "split" names no parts ("A", "B")' in note
    assert "parts by" not in found.said
    assert [part for *_, part in rows(found)] == ["", ""]
    with pytest.raises(DataError, match=r'"split" names no parts.*leave --split out'):
        listed(path, split="split")
    path.write_text("file,label,split\nyes/b.wav,x,train\nno/c.wav,y,B\n")
    assert "parts by split" in listed(path).said
    assert not listed(path).notes
