"""Whatever is sent to the chat's handlers and addresses, the answer is a refusal and never a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.live import kinds, protocol
from chat.rooms.guests import SALT
from chat.rooms.models import Room
from shop.customers.models import User
from tests.chat.rooms.people import ask, enter_as_guest, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_haste")]

numbers = st.integers(0, 2**53 - 1)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
texts = st.text(max_size=60) | st.text(alphabet="@Alice Bob\n*_`'.", max_size=80) | anything
data = st.dictionaries(st.sampled_from(["text", "reply", "more"]), texts | numbers, max_size=3)
frames_sent = st.one_of(
    st.builds(lambda data: {"t": "send", "cid": "c", "data": data}, data),
    st.builds(lambda seq, data: {"t": "edit", "cid": "e", "seq": seq + 1, "data": data}, numbers, data),
    st.builds(lambda seq: {"t": "del", "cid": "d", "seq": seq + 1}, numbers),
    st.builds(lambda way, seq: {"t": "hist", way: seq + 1}, st.sampled_from(["before", "after", "around"]), numbers),
    st.builds(lambda seq: {"t": "read", "seq": seq}, numbers),
    st.builds(lambda on: {"t": "typing", "on": on}, st.booleans()),
)
idents = st.sampled_from(["1", "01", "0", "999999999999999999", "9" * 19, "x", "-1", "1_0"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=frames_sent, own=st.booleans(), ident=idents)
def test_no_frame_is_too_odd_for_a_room(
    frames: Room, alice: User, frame: dict[str, Any], own: bool, ident: str
) -> None:
    client = log_in(alice)
    stream = frames.stream_key if own else f"room:{ident}"
    try:
        parsed = protocol.parse(json.dumps({**frame, "stream": stream}))
    except protocol.Refused:
        return
    answer = ask(client, **{"t": parsed.type, "stream": stream, **{k: v for k, v in frame.items() if k != "t"}})
    assert answer.get("code") != "internal"


@pytest.mark.parametrize("ident", ["01", "0", "9" * 18, "9" * 19, "x", "1-1", "a_b"])
def test_no_name_of_a_stream_is_a_fault(frames: Room, ident: str) -> None:
    for kind in ("room", "guest"):
        with pytest.raises(protocol.Refused) as refusal:
            kinds.authorise("", f"{kind}:{ident}", "")
        assert refusal.value.code == "forbidden"


ODD = [
    "",
    "\x00",
    "x" * 5000,
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "1",
    "-1",
    "9" * 40,
    "<b>",
    "٣",
]


@pytest.mark.parametrize("word", ODD)
def test_no_form_is_a_fault(frames: Room, staff: User, word: str) -> None:
    names = ("text", "client_id", "reply", "name", "kind", "minutes", "reason", "seq", "page", "at", "limit")
    form = dict.fromkeys(names, word)
    for client in (Client(), enter_as_guest(frames), log_in(staff)):
        client.post("/chat/frames/send", {"text": "x", "client_id": "c"})
        for rest in ("name", "send", "1/edit", "1/delete", "1/sanction"):
            assert client.post(f"/chat/frames/{rest}", form).status_code < 500
            assert client.post(f"/chat/frames/{rest}", {**form, "client_id": "d", "text": "x"}).status_code < 500
        for rest in ("frames/", "frames/history", "frames/read", "frames/1/", "moderation/", ""):
            assert client.get(f"/chat/{rest}", form).status_code < 500


SIGNED = [signing.dumps(word, salt=SALT) for word in ("no uuid", 7, [1], None)]


@pytest.mark.parametrize("word", ["x", 5, None, [], {}, *SIGNED])
def test_a_session_that_was_tampered_with_is_nobodys(frames: Room, word: Any) -> None:
    client = Client()
    session = client.session
    session["guest"] = word
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    assert ask(client, t="send", stream=frames.stream_key, cid="c", data={"text": "x"})["code"] == "name_needed"
    assert client.get("/chat/frames/").status_code == 200
