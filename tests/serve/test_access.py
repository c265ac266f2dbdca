"""Who may ask: the token, names of this machine, pages of other sites."""

from __future__ import annotations

import pytest

from elman.errors import OptionError
from elman.serve.transport.access import Access, access_of
from tests.serve.running import TEXTS, answer_of, code_of, hello, running

TOKEN = "0123456789abcdef"


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, access=Access(TOKEN.encode(), None)) as service:
        yield service


PATHS = ("/v1/models", "/v1/models/reviews", "/metrics", "/openapi.json", "/v2", "/nothing")


def test_everything_but_health_asks_for_the_token(service):
    for path in PATHS:
        answer = service.ask("GET", path)
        assert answer[0] == 401, path
        assert answer[1]["www-authenticate"] == "Bearer"
        right = service.ask("GET", path, Authorization=f"Bearer {TOKEN}")
        assert right[0] == (404 if path == "/nothing" else 200), path
    for wrong in ("Bearer " + TOKEN[:-1], f"Basic {TOKEN}", TOKEN, "Bearer", "Bearer \xe9"):
        assert service.predict({"item": "a"}, Authorization=wrong)[0] == 401
    assert service.ask("GET", "/health/ready")[0] == 200
    schema = service.ask("GET", "/openapi.json", Authorization=f"Bearer {TOKEN}")[2]
    assert schema["security"] == [{"token": []}]
    assert schema["paths"]["/health/live"]["get"]["security"] == []


def test_the_loopback_answers_to_its_own_names_alone():
    with running(TEXTS, access=access_of("127.0.0.1", None, None, ["models.example"])) as service:
        for host in ("127.0.0.1", f"localhost:{service.port}", "[::1]:80", "Models.Example:1"):
            assert service.ask("GET", "/v1/models", Host=host)[0] == 200, host
        for host in ("evil.example", "127.0.0.1.evil.example:80", "", "localhost.", "[::1]evil"):
            answer = service.ask("GET", "/v1/models", Host=host)
            assert code_of(answer) == (403, "forbidden"), host
        answer = service.ask("GET", "/v1/models", Sec_Fetch_Site="cross-site")
        assert code_of(answer) == (403, "other_site")
        assert service.ask("GET", "/v1/models", Sec_Fetch_Site="none")[0] == 200


def test_pages_of_other_sites_are_refused_whatever_their_browser_says_of_them():
    with running(TEXTS, access=access_of("127.0.0.1", None, None, ["models.example"])) as service:
        here = f"127.0.0.1:{service.port}"
        others = ["http://evil.example", "null", "http://127.0.0.1:1", f"http://evil.{here}", here]
        for origin in others:
            refused = service.predict({"item": "a"}, Origin=origin)
            assert code_of(refused) == (403, "other_site"), origin
            socket = service.sent(hello(service, Origin=origin))
            assert code_of(answer_of(socket)) == (403, "other_site"), origin
        ours = [{}, {"Origin": f"http://{here}"}, {"Host": "models.example"}]
        ours[2]["Origin"] = "https://Models.Example"
        # behind a proxy that does not hand on its name, the browser has compared it
        ours.append({"Origin": "https://proxy.example", "Sec_Fetch_Site": "same-origin"})
        for headers in ours:
            assert service.predict({"item": "a"}, **headers)[0] == 200, headers
        with service.connect() as connection:
            connection.sendall(hello(service, Origin=f"http://{here}"))
            assert connection.recv(100).startswith(b"HTTP/1.1 101 ")
        for other in ("cross-site", "same-site"):
            told = service.predict({"item": "a"}, Origin=f"http://{here}", Sec_Fetch_Site=other)
            assert code_of(told) == (403, "other_site")
    with running(TEXTS, access=Access(TOKEN.encode(), None)) as service:  # no page has the token
        told = service.predict({"item": "a"}, Origin="null", Authorization=f"Bearer {TOKEN}")
        assert told[0] == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org"])
def test_other_addresses_need_a_token(host, tmp_path):
    with pytest.raises(OptionError, match=f"--host {host}: .* --token-file FILE"):
        access_of(host, None, None)
    assert access_of(host, None, TOKEN) == Access(TOKEN.encode(), None)
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}x\n")
    assert access_of(host, file, None).token == f"{TOKEN}x".encode()


def test_a_token_that_is_none(tmp_path):
    for token in ("short", "with blank in the middle", "ä" * 20, ""):
        with pytest.raises(OptionError, match="ELMAN_TOKEN: expected a token of 16"):
            access_of("127.0.0.1", None, token)
    with pytest.raises(OptionError, match=r"--token-file .* could not be read"):
        access_of("127.0.0.1", tmp_path / "none", None)
