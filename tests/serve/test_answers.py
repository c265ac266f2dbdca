"""What is answered, and what is refused: one shape, the item that is at fault, nothing inside."""

from __future__ import annotations

import json
import time

import pytest

import elman
from elman.serve.asked import parsed
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from tests.serve.running import SERIES, TEXTS, answer_of, code_of, running

SMALL = Bounds(max_body=2000, max_items=3, max_length=100, max_queue=64)


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, SERIES, bounds=SMALL) as service:
        yield service


@pytest.fixture(scope="module")
def model():
    return elman.load(TEXTS)


def test_one_and_many_are_answered_as_predict_does(service, model):
    texts = ["a fine film", "", "not good"]
    said = [dict(vars(answer)) for answer in model.predict(texts)]
    status, headers, body = service.predict({"items": texts})
    assert status == 200
    assert body == {"model": "reviews", "version": body["version"], "answers": said}
    assert len(headers["x-request-id"]) > 4
    assert service.predict({"item": texts[2]})[2]["answer"] == said[2]
    assert service.predict({"items": []})[2]["answers"] == []


def test_requests_in_one_go_are_answered_in_their_order(service):
    texts = [f"a fine film {n}" for n in range(20)]
    bodies = [json.dumps({"item": text}).encode() for text in texts]
    head = (
        b"POST /v1/models/reviews/predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n"
    )
    with service.connect() as connection:
        connection.sendall(b"".join(head % len(body) + body for body in bodies))
        came = b""
        while came.count(b'"probabilities"') < 20 and (part := connection.recv(2**16)):
            came += part
    for text in texts:
        said = service.predict({"item": text})[2]["answer"]["probability"]
        place = came.find(f'"probability": {said}'.encode())
        assert place >= 0
        came = came[place:]


def test_series_go_on_from_where_they_stopped(service):
    forecaster = elman.load(SERIES)
    name = forecaster.codec.ends.names[0]
    status, _, body = service.predict({"item": {"series": name}}, "forecast-gru")
    assert status == 200
    assert body["answer"]["values"] == list(
        forecaster.predict([forecaster.codec.recent()])[0].values
    )
    values = [1.0, None, 3.5, 4]
    asked = {"item": values, "options": {"steps": 2}}
    found = service.predict(asked, "forecast-gru")[2]["answer"]["values"]
    wanted = forecaster.reaching(2).predict([[float("nan") if x is None else x for x in values]])
    assert found == list(wanted[0].values)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"level": 80}, "options: level: expected a text, found 80"),
        ({"level": "80,x"}, 'options: level "80,x": "x" is no level; expected numbers from 1 to'),
        ({"level": None}, "options: level: expected a text, found null"),
        ({"steps": "3"}, "options: steps: expected a whole number, found a text"),
        ({"steps": 2.5}, "options: steps: expected a whole number, found 2.5"),
        ({"steps": True}, "options: steps: expected a whole number, found true or false"),
        ({"steps": 0}, "options: steps 0: expected 1 to "),
        ({"steps": 10**9}, "options: steps 1000000000: expected 1 to "),
        ({"unsure_below": 1}, 'options: "unsure_below" is not known; expected of steps, level'),
    ],
    ids=str,
)
def test_what_is_wrong_with_options_is_said_as_they_are_spelt_here(service, options, says):
    answer = service.predict({"item": [1.0, 2.0], "options": options}, "forecast-gru")
    assert code_of(answer) == (422, "invalid")
    assert answer[2]["error"]["message"].startswith(says)


@pytest.mark.parametrize(
    ("content", "status", "code", "says"),
    [
        (b"", 400, "malformed", "not JSON"),
        (b'{"item": "a"', 400, "malformed", "not JSON"),
        (b'{"item": NaN}', 400, "malformed", "NaN"),
        (b'{"item": "\xff"}', 400, "malformed", "UTF-8"),
        (b"[" * 1500, 400, "malformed", "nested"),
        ([], 422, "invalid", "expected an object"),
        ({}, 422, "invalid", "either item or items"),
        ({"item": "a", "items": ["a"]}, 422, "invalid", "either item or items"),
        ({"items": "a"}, 422, "invalid", "expected an array"),
        ({"items": ["a", 3]}, 422, "invalid", "item 1: expected a text, found a number"),
        ({"item": None}, 422, "invalid", "item: expected a text, found null"),
        ({"item": "a", "itms": 3}, 422, "invalid", '"itms" is not known'),
        ({"items": ["a"] * 4}, 422, "too_many", "4 items; at most 3"),
        ({"items": ["a", "b" * 101]}, 413, "too_long", "item 1: 101 characters"),
        ({"item": "a" * 2000}, 413, "too_large", "2,000 bytes"),
        ({"item": "a", "options": {"steps": 3}}, 422, "invalid", "unsure_below"),
        ({"item": "a", "options": {"unsure_below": 2}}, 422, "invalid", "between 0 and 1"),
        ({"item": "a", "options": None}, 422, "invalid", "expected an object"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(service, content, status, code, says):
    answer = service.predict(content)
    assert code_of(answer) == (status, code)
    assert says in answer[2]["error"]["message"]
    assert str(TEXTS) not in json.dumps(answer[2])


def test_a_number_of_too_many_digits_is_said_without_the_inside():
    with pytest.raises(RefusedError) as refused:
        parsed(b'{"item": ' + b"1" * 5000 + b"}")
    assert refused.value.status == 400
    assert refused.value.message == "the body has a whole number of too many digits"


def test_addresses_and_methods(service):
    answer = service.predict({"item": "a"}, "review")
    assert code_of(answer) == (404, "no_such_model")
    assert 'Did you mean "reviews"?' in answer[2]["error"]["message"]
    assert code_of(service.ask("GET", "/nothing")) == (404, "not_found")
    assert code_of(service.ask("GET", "/v1/models/../../etc/passwd")) == (404, "not_found")
    answer = service.ask("DELETE", "/v1/models/reviews/predict")
    assert code_of(answer) == (405, "method_not_allowed")
    assert answer[1]["allow"] == "POST"
    answer = service.predict({"item": "a"}, Content_Type="text/plain")
    assert code_of(answer) == (415, "unsupported_media_type")
    answer = service.predict({"item": "a"}, Content_Encoding="gzip")
    assert code_of(answer) == (415, "unsupported_media_type")
    assert service.ask("GET", "/v2/models/none")[2].keys() == {"error"}


def test_facts_of_models_name_no_file(service):
    listed = service.ask("GET", "/v1/models")[2]["models"]
    assert [(one["name"], one["task"]) for one in listed] == [
        ("reviews", "classify"),
        ("forecast-gru", "forecast"),
    ]
    assert listed[0]["version"] == service.serving.models["reviews"].version
    status, _, facts = service.ask("GET", "/v1/models/reviews")
    assert status == 200
    assert facts["limits"]["max_items"] == 3
    assert facts["answer"]["properties"]["label"]["enum"] == ["negative", "positive", None]
    assert "unsure_below" in facts["options"]
    assert "/" not in json.dumps(facts["training"])
    answer = service.ask("GET", "/v1/models/reviews/memory")
    assert code_of(answer) == (404, "no_memory_card")
    assert "elman report MODEL DATA measures one" in answer[2]["error"]["message"]


def test_an_explanation_is_that_of_explain_without_gradients(service):
    status, _, body = service.ask("POST", "/v1/models/reviews/explain", {"item": "not a good film"})
    assert status == 200
    found = body["explanation"]
    assert found["words"] == ["not", "a", "good", "film"]
    assert set(found["shares"]) == {"shapley", "removed", "unknown"}
    answer = service.ask("POST", "/v1/models/reviews/explain", {"item": "xyzzy"})
    assert code_of(answer) == (422, "invalid")
    assert "holds none of the 1 words" in answer[2]["error"]["message"]
    answer = service.ask("POST", "/v1/models/reviews/explain", {"items": ["a"]})
    assert code_of(answer) == (422, "invalid")


def test_ids_are_kept_where_they_are_sane(service):
    assert service.predict({"item": "a"}, X_Request_Id="abc-1")[1]["x-request-id"] == "abc-1"
    forged = service.predict({"item": "a"}, X_Request_Id='a", "b": "c')[1]["x-request-id"]
    assert '"' not in forged


def test_the_log_has_no_text_and_the_figures_count(service):
    service.predict({"item": "zanzibar"}, X_Request_Id="logged")
    (line,) = (one for one in service.log if one.get("request") == "logged")
    assert line["route"] == "/v1/models/{name}/predict"
    assert (line["status"], line["rows"], line["model"]) == (200, 1, "reviews")
    assert "zanzibar" not in service.written.getvalue()
    status, headers, text = service.ask("GET", "/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    lines = text.decode().splitlines()
    asked = 'elman_requests_total{code="",route="/v1/models/{name}/predict",status="200"}'
    assert any(one.startswith(asked) for one in lines)
    assert 'elman_model_loads{model="reviews"} 1.0' in lines
    assert "elman_queue_requests 0.0" in lines


def test_a_failure_says_nothing_of_the_inside(service, monkeypatch):
    def fails(items):
        raise RuntimeError("secret: /etc/elman")

    monkeypatch.setattr(service.serving.models["reviews"].model, "predict", fails)
    answer = service.predict({"item": "a"})
    assert code_of(answer) == (500, "internal")
    assert "secret" not in json.dumps(answer[2])
    (line,) = (one for one in service.log if one["event"] == "failure")
    assert line["kind"] == "RuntimeError"
    assert "secret" not in service.written.getvalue()


def test_health_answers_whoever_asks(service):
    for path in ("/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"):
        assert service.ask("GET", path)[0] == 200


def test_chunked_bodies_are_read_up_to_the_bound(service):
    head = f"POST /v1/models/reviews/predict HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\n"
    head += "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = json.dumps({"item": "a fine film"}).encode()
    chunks = b"".join(b"1\r\n" + body[n : n + 1] + b"\r\n" for n in range(len(body)))
    status, _, said = answer_of(service.sent(head.encode() + chunks + b"0\r\n\r\n"))
    assert (status, said["answer"]["label"]) == (200, "positive")
    long = b"3e8\r\n" + b" " * 1000 + b"\r\n"
    came = answer_of(service.sent(head.encode() + 3 * long + b"0\r\n\r\n"))
    assert code_of(came) == (413, "too_large")
    assert came[1]["connection"] == "close"


def test_a_request_that_takes_too_long_ends(service, monkeypatch):
    waits = dict(vars(service.serving.bounds)) | {"deadline_seconds": 0.2}
    monkeypatch.setattr(service.serving, "bounds", Bounds(**waits))
    model = service.serving.models["reviews"].model
    real = model.predict
    monkeypatch.setattr(model, "predict", lambda items: time.sleep(0.5) or real(items))
    answer = service.predict({"item": "a"})
    assert code_of(answer) == (503, "deadline")
    assert answer[1]["retry-after"] == "1"
