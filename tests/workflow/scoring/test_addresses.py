"""Data and folders with an address: an object store on this machine, spoken to as a real one is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import pytest

from tests.cli.command import elman
from tests.workflow.scoring.made import job, plainly, said

pytest.importorskip("moto")
pytest.importorskip("s3fs")

SECRET = "hunter2hunter2hunter2"


@pytest.fixture(scope="module")
def store():
    """moto as a program, on a port that the system chooses."""
    code = (
        "from moto.server import ThreadedMotoServer; server = "
        "ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False); "
        "server.start(); print(server.get_host_and_port()[1], flush=True); input()"
    )
    with (
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        patch.setenv("AWS_ENDPOINT_URL", address)
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody-known")
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        urllib.request.urlopen(urllib.request.Request(f"{address}/bucket", method="PUT")).close()
        yield address
        server.terminate()


@pytest.fixture(scope="module")
def place(tmp_path_factory, store):
    import s3fs

    folder = job(tmp_path_factory.mktemp("remote"), rows=2500)
    fs = s3fs.S3FileSystem()
    for path in (folder / "in").iterdir():
        fs.put_file(str(path), f"bucket/in/{path.name}")
    yield folder
    s3fs.S3FileSystem.clear_instance_cache()


def test_answers_go_from_a_store_to_a_store_as_from_file_to_file(place):
    import s3fs

    words = ["--input", "s3://bucket/in/*", "--out", "s3://bucket/out/", "--keep", "id"]
    words += ["--parts", "jsonl", "--part-size", "0.02", "--workers", 2, "--json"]
    report = json.loads(elman("predict", "m", *words, cwd=place).stdout.splitlines()[-1])
    assert report["complete"]
    assert report["parts"] > 6
    fs = s3fs.S3FileSystem(use_listings_cache=False)
    fs.get("bucket/out/", str(place / "fetched"), recursive=True)
    assert said(place / "fetched") == plainly(place)
    fs.rm_file("bucket/out/part-00003.jsonl")
    shard = elman("predict", "m", *words, "--shard", f"1/{report['parts']}", cwd=place)
    assert not json.loads(shard.stdout.splitlines()[-1])["complete"]
    assert not fs.exists("bucket/out/_SUCCESS")
    again = json.loads(elman("predict", "m", *words, cwd=place).stdout.splitlines()[-1])
    assert again["kept"] == report["parts"] - 1
    assert fs.exists("bucket/out/part-00003.jsonl")
    fs.pipe_file("bucket/[1].csv", b"text\nfine\n")
    named = elman("predict", "m", "--input", "s3://bucket/[1].csv", "--out", "one/", cwd=place)
    assert "1 of 1 rows answered" in named.stdout
    words[1] = "s3://bucket/in/a.csv"
    assert "belongs to another job" in elman("predict", "m", *words, cwd=place, code=2).stderr


def test_every_command_reads_data_with_an_address(place):
    import s3fs

    rows = "text,label\n" + "".join(
        f"{'good fine' if n % 2 else 'bad dull'} film {n},{'pos' if n % 2 else 'neg'}\n"
        for n in range(120)
    )
    fs = s3fs.S3FileSystem()
    fs.pipe_file("bucket/train.csv", rows.encode())
    fs.pipe_file("bucket/bad.csv", b"text,label\n")
    address = "s3://bucket/train.csv"
    how = ["--epochs", "1", "--keep", "simple", "--test", address]
    elman("train", address, "--out", "new", *how, cwd=place, code=2)  # rows of both are one
    elman("train", address, "--out", "new", *how[:4], cwd=place)
    judged = elman("evaluate", "new", address, "--json", cwd=place)
    assert json.loads(judged.stdout.splitlines()[-1])["n"] == 120
    elman("drift", "new", address, cwd=place)
    elman("predict", "new", "--input", address, "--out", "o.csv", cwd=place)
    assert len((place / "o.csv").read_text().splitlines()) == 121
    error = elman("evaluate", "new", "s3://bucket/bad.csv", cwd=place, code=2).stderr
    assert "s3://bucket/bad.csv" in error
    assert "/tmp" not in error
    left = [name for name in os.listdir(place) if name.startswith(("s3", "elman-"))]
    assert not left


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "m", "s3://bucket/none.csv"], "s3://bucket/none.csv: no such file or folder"),
        (["evaluate", "m", "s3://no-such-bucket/a.csv"], "s3://no-such-bucket/a.csv: no such file"),
        (["evaluate", "m", "s5://bucket/a.csv"], "s5:// is no scheme that fsspec knows"),
        (["evaluate", "m", "gs://bucket/a.csv"], "fsspec needs a further package for gs://"),
        (["evaluate", "m", "s3://me:sesame@bucket/a.csv"], "s3://…@bucket/a.csv: an address with"),
        (
            ["train", "s3://bucket/in/a.csv", "--out", "s3://bucket/m"],
            "--out s3://bucket/m: is wri",
        ),
        (["predict", "m", "--input", "s3://bucket/[1]", "--out", "n/"], "no file is meant"),
        (["predict", "m", "--input", "s3://bucket/in/*.tsv", "--out", "n/"], "no file is meant"),
        (["predict", "m", "--input", "in/*", "--out", "s5://x/y/"], "s5:// is no scheme"),
        (
            ["predict", "m", "--input", "s3://me:sesame@b/*", "--out", "n/"],
            "s3://…@b/*: an address",
        ),
    ],
)
def test_what_goes_wrong_is_said_without_secrets(place, words, said):
    error = elman(*words, cwd=place, code=2).stderr
    assert said in error
    assert "Traceback" not in error
    assert "sesame" not in error
    assert not (place / "n").exists()


SIGNED = "signature=A/b?c*[d]"


@pytest.fixture
def signed():
    """An address of a file that has to be signed, as a store gives it away; and its folder's."""
    rows = b"id,text,label\n1,a fine film,pos\n2,a bad one,neg\n3,\xff,pos\n"

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            there = unquote(self.path) == f"/folder/data.csv?{SIGNED}"
            self.send_response(200 if there else 404)
            self.send_header("Content-Length", str(len(rows)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(rows)

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/folder/data.csv?{SIGNED}"
        server.shutdown()


def test_a_signed_address_is_read_and_its_signature_kept_nowhere(place, signed):
    words = ["--encoding", "cp1252"]
    elman("predict", "m", "--input", signed, "--out", "signed.jsonl", *words, cwd=place)
    plain = (place / "signed.jsonl").read_text().splitlines()
    how = ["--input", signed, "--out", "signed/", "--keep", "id", "--workers", 1]
    elman("predict", "m", *how, *words, cwd=place)
    rows = map(json.loads, (place / "signed/part-00000.jsonl").read_text().splitlines())
    assert [row["file"] for row in rows] == ["data.csv"] * len(plain) == ["data.csv"] * 3
    assert elman("evaluate", "m", signed, *words, "--json", cwd=place).returncode == 0
    said = [elman(*w, cwd=place, code=2).stderr for w in (
        ("predict", "m", "--input", signed, "--out", "unread/", "--workers", 1),
        ("evaluate", "m", signed),
    )]  # fmt: skip
    for text in said:
        assert "/folder/data.csv?…, line 4: byte 0xFF" in text
    left = [path for path in place.rglob("*") if path.is_file() and "signed" in str(path)]
    assert len(left) > 4
    for text in [*said, *(path.read_text() for path in [*left, *place.glob("unread/*.json")])]:
        assert "signature" not in text


def test_without_leave_or_a_server_the_message_has_no_secret(place, monkeypatch):
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:9/{SECRET}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    error = elman("evaluate", "m", "s3://bucket/a.csv", cwd=place, code=2).stderr
    assert "s3://bucket/a.csv: could not be reached" in error
    assert SECRET not in error
    assert "Traceback" not in error
    s3fs.S3FileSystem.clear_instance_cache()


def test_without_fsspec_the_extra_is_named(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    error = elman("evaluate", "m", "s3://bucket/a.csv", cwd=place, code=2).stderr
    assert 'addresses need fsspec. Run: pip install "elman[remote]"' in error


def test_no_address_no_fsspec():
    code = (
        "import sys; from elman.workflow.predict import predict_file; "
        "from elman.workflow.scoring.run import predict_folder; assert 'fsspec' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
