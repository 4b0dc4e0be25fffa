from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.live.protocol import CLIENT_FRAMES, MAX_FRAME_BYTES, Frame, Refused, parse

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "frames.json").read_text(encoding="utf-8")
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
field_names = sorted({name.rstrip("?") for fields in CLIENT_FRAMES.values() for name in fields} | {"id"})
nearly_frames = st.builds(
    lambda kind, fields: {"t": kind, **fields},
    st.sampled_from(sorted(CLIENT_FRAMES)),
    st.dictionaries(st.sampled_from(field_names), anything | st.sampled_from(["room:1", 1, "c", {}]), max_size=6),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"][:60] or "empty")
def test_a_frame_is_read_as_the_vector_says(vector: dict[str, Any]) -> None:
    if "err" in vector:
        with pytest.raises(Refused) as refusal:
            parse(vector["text"])
        assert refusal.value.code == vector["err"]
    else:
        assert parse(vector["text"]).type == vector["type"]


def test_every_frame_of_the_protocol_has_a_vector() -> None:
    assert {json.loads(v["text"])["t"] for v in VECTORS if "type" in v} == set(CLIENT_FRAMES)


def test_a_refusal_says_which_frame_it_means() -> None:
    with pytest.raises(Refused) as refusal:
        parse('{"t":"dance","id":"x1"}')
    assert refusal.value.re == "x1"


def test_a_binary_frame_and_one_too_large_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="text"):
        parse(None)
    for text in ("x" * (MAX_FRAME_BYTES + 1), "ñ" * (MAX_FRAME_BYTES // 2 + 1)):
        with pytest.raises(Refused) as refusal:
            parse(text)
        assert refusal.value.code == "too_large"


def test_depth_and_long_numbers_are_no_way_in() -> None:
    for text in ("[" * 8000, '{"t":' * 2000, "9" * 8000, '{"t":"ping","id":' + "9" * 5000 + "}"):
        with pytest.raises(Refused):
            parse(text)


@given(st.text() | st.builds(json.dumps, anything) | st.builds(json.dumps, nearly_frames))
def test_whatever_comes_is_a_frame_or_a_refusal(text: str) -> None:
    try:
        frame: Frame | None = parse(text)
        code = ""
    except Refused as refusal:
        frame, code = None, refusal.code
    assert frame is not None or code in {"bad_json", "bad_frame", "unknown", "too_large"}
