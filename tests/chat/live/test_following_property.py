"""Whatever the line does to the frames, a follower ends with exactly the log.

The line may lose, double and reorder, which no socket does and a page over HTTP may meet. One thing it may not: carry
events over into another epoch. An ``ev`` names none, and what was sent before a ``reset`` of another epoch does not
come after it, since a page that has lost its socket hears nothing of the old one any more.
"""

from __future__ import annotations

from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.chat.follower import Place, follow

STREAM = "room:1"
# As the server has it: who misses more begins anew.
MOST_MISSED = 5

Frame = dict[str, Any]


class Server:
    """A stream, and the frames that are on their way to a page. ``state`` is what the page reads when it is loaded."""

    def __init__(self) -> None:
        self.epoch = 0
        self.log: list[str] = []
        self.under_way: list[Frame] = []

    def write(self, count: int) -> None:
        first = len(self.log) + 1
        self.log += [f"{self.epoch}.{number}" for number in range(first, first + count)]
        self.under_way.append(self._events(first, len(self.log)))

    def restore(self, length: int) -> None:
        """An older backup: other events under the same numbers. What was under way came before."""
        self.epoch += 1
        self.log = [f"{self.epoch}.{number}" for number in range(1, min(length, len(self.log)) + 1)]
        self.under_way = [self._frame("reset")]

    def tell_head(self) -> None:
        self.under_way.append(self._frame("head"))

    def lag(self) -> None:
        self.under_way.append({"t": "lag", "stream": STREAM, "seq": len(self.log)})

    def answer(self, place: Place) -> None:
        """To a ``sync``."""
        missed = len(self.log) - (place.seq or 0)
        if place.epoch != str(self.epoch) or not 0 <= missed <= MOST_MISSED:
            self.under_way.append(self._frame("reset"))
            return
        if missed:
            self.under_way.append(self._events((place.seq or 0) + 1, len(self.log)))
        self.tell_head()

    def _frame(self, kind: str) -> Frame:
        return {"t": kind, "stream": STREAM, "epoch": str(self.epoch), "seq": len(self.log)}

    def _events(self, first: int, last: int) -> Frame:
        events = [{"seq": seq, "text": self.log[seq - 1]} for seq in range(first, last + 1)]
        return {"t": "ev", "stream": STREAM, "events": events}


class Page:
    def __init__(self, server: Server) -> None:
        self._server = server
        self.place = Place(str(server.epoch), len(server.log))
        self.shown = list(server.log)

    def hear(self, frame: Frame) -> str | None:
        self.place, events, ask = follow(self.place, frame)
        if ask == "reload":
            # It reads the state anew: at least what the reset told of, and shows what comes after it once.
            self.shown = self._server.log[: frame["seq"]]
        for shown in events:
            assert shown["seq"] == len(self.shown) + 1, "an event was skipped or shown twice"
            self.shown.append(shown["text"])
        # Who knows that something is missing asks at once, and does not wait for chance.
        missing = frame["t"] == "ev" and frame["events"][-1]["seq"] > (self.place.seq or 0)
        assert ask == "sync" or not (missing or frame["t"] == "lag")
        return ask


steps = st.one_of(
    st.tuples(st.just("write"), st.integers(1, 4)),
    st.tuples(st.sampled_from(["deliver", "lose", "double", "sync"]), st.integers(0, 20)),
    st.tuples(st.sampled_from(["head", "lag"]), st.just(0)),
    st.tuples(st.just("restore"), st.integers(0, 6)),
)


def do(step: str, number: int, server: Server, page: Page) -> None:
    under_way = server.under_way
    match step:
        case "write":
            server.write(number)
        case "head":
            server.tell_head()
        case "lag":
            server.lag()
        case "restore":
            # What is lost here the server's sweep tells of again: see the end of the test.
            server.restore(number)
        case "sync":
            # An answer to a question of before, asked from where the page was then.
            server.answer(Place(page.place.epoch, max(0, (page.place.seq or 0) - number)))
        case "lose" if under_way:
            del under_way[number % len(under_way)]
        case "double" if under_way:
            under_way.append(under_way[number % len(under_way)])
        case "deliver" if under_way:
            if page.hear(under_way.pop(number % len(under_way))) == "sync":
                server.answer(page.place)


@settings(max_examples=400, deadline=None)
@given(script=st.lists(steps, max_size=60), order=st.randoms(use_true_random=False))
def test_any_interleaving_ends_with_exactly_the_log(script: list[tuple[str, int]], order: Any) -> None:
    server = Server()
    server.write(3)
    server.under_way.clear()
    page = Page(server)
    for step, number in script:
        do(step, number, server, page)
    order.shuffle(server.under_way)
    # In the end the line is good: what is under way comes, and a head, as one does every 25 s.
    server.tell_head()
    rounds = 0
    while server.under_way:
        if page.hear(server.under_way.pop(0)) == "sync":
            server.answer(page.place)
        rounds += 1
        assert rounds < 500, "it asks for ever"
    event("began anew" if server.epoch else "one epoch")
    assert page.place == Place(str(server.epoch), len(server.log))
    assert page.shown == server.log


@settings(max_examples=100, deadline=None)
@given(script=st.lists(steps, max_size=40))
def test_a_page_that_knows_nothing_yet_shows_nothing_and_asks_for_nothing(script: list[tuple[str, int]]) -> None:
    server, place = Server(), Place()
    page = Page(server)
    for step, number in script:
        do(step, number, server, page)
        for frame in server.under_way:
            if frame["t"] != "reset":
                assert follow(place, frame) == (place, [], None)
