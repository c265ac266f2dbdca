"""Small wrong changes in the lab's server, folder and page; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["LAB"]

SERVE_TESTS, LAB_TESTS = ("tests/web/test_serve.py",), ("tests/web/test_lab.py",)
SERVE, FOLDER, COURSE = "elman/web/serve.py", "elman/web/folder.py", "elman/web/course.py"
PAGE, MADE = "elman/web/page.py", "elman/workflow/looking/lab.py"
COMMAND = "elman/cli/commands/lab.py"

LAB = [
    (SERVE, "secrets.compare_digest(path[: len(begin)], begin)", "True", SERVE_TESTS),
    (SERVE, 'begin = f"/{self.server.token}/"', 'begin = f"/{self.server.token}"', SERVE_TESTS),
    (SERVE, "len(hosts) == 1 and ", "", SERVE_TESTS),
    (SERVE, "self.server.hosts >= {*hosts}", "True", SERVE_TESTS),
    (SERVE, " and self.server.origins >= {*origins}", "", SERVE_TESTS),
    (SERVE, "if known and ours else", "if known or ours else", SERVE_TESTS),
    (SERVE, "if status is HTTPStatus.NOT_IMPLEMENTED:", "if 0:", SERVE_TESTS),
    (SERVE, "secrets.token_urlsafe(16)", '"x" * 22', SERVE_TESTS),
    (SERVE, 'if self.command != "HEAD":', "if 1:", SERVE_TESTS),
    (SERVE, "if seconds <= 0:\n            raise TimeoutError", "seconds = 600", SERVE_TESTS),
    (SERVE, "if self._left == 0:", "if 0:", SERVE_TESTS),
    (SERVE, "self.connection.settimeout(_WRITING_S)", "pass", SERVE_TESTS),
    (SERVE, "        self._free.acquire()\n", "", SERVE_TESTS),
    (SERVE, "default_request_version = B", "_ = B", SERVE_TESTS),
    (SERVE, "; frame-ancestors 'none'\"", '"', SERVE_TESTS),
    (SERVE, "if error.errno == errno.EADDRINUSE:", "if 0:", SERVE_TESTS),
    (PAGE, "; connect-src 'self'", "; connect-src *", LAB_TESTS),
    (MADE, "policy(script(_KIND), fetches=True)", 'policy("", fetches=True)', LAB_TESTS),
    (MADE, "{builtin.TEXTS, *(", "{*(", LAB_TESTS),
    (MADE, ")).lower() in taken", ")) in taken", LAB_TESTS),
    (MADE, 'del one["packed"]', "pass", LAB_TESTS),
    (MADE, 'if "page" not in task.abilities:', "if 0:", LAB_TESTS),
    (
        MADE,
        "[*(_offered(model_from(model), taken) for model in models), *built_in]",
        "[*built_in, *(_offered(model_from(model), taken) for model in models)]",
        LAB_TESTS,
    ),
    (COURSE, "if _unnumbered(path.name) not in replaced", "if path.name not in theirs", LAB_TESTS),
    (COURSE, "utf-8-sig", "utf-8", LAB_TESTS),
    (COURSE, "[^.].*", ".*", LAB_TESTS),
    (COURSE, '.replace("\\r\\n", "\\n")', "", LAB_TESTS),
    (FOLDER, "if there and ours is None:", "if 0:", LAB_TESTS),
    (FOLDER, "if name not in (ours or ()) and", "if 0 and", LAB_TESTS),
    (FOLDER, "    check_folder(option, folder, files)\n", "", LAB_TESTS),
    (FOLDER, "if (folder / name).is_symlink()]", "if 0]", LAB_TESTS),
    (FOLDER, "if isinstance(name, str) and _OURS.fullmatch(name)]", "]", LAB_TESTS),
    (FOLDER, "_OURS.fullmatch(name)", "_OURS.match(name)", LAB_TESTS),
    (FOLDER, "        sweep(folder, [_LIST])\n", "", LAB_TESTS),
    (FOLDER, "remove(*(folder / name for name in earlier - files.keys()))", "", LAB_TESTS),
    (FOLDER, "    _list(folder, files.keys())\n", "", LAB_TESTS),
    (FOLDER, "earlier | files.keys()", "files.keys()", LAB_TESTS),
    (COMMAND, "contextlib.suppress(KeyboardInterrupt)", "contextlib.suppress()", LAB_TESTS),
    (COMMAND, "if port is not None:", "if 0:", LAB_TESTS),
    (COMMAND, "if browser:", "if 1:", LAB_TESTS),
    ("elman/web/packed.py", "sorted(saved.tensors.items())", "saved.tensors.items()", LAB_TESTS),
]
