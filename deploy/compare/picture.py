"""Who answers which path, as boxes and lines: the numbers of a drawing that the template turns into SVG."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.topology import FILES, Topology

WIDTH = 660
ROW = 56
BOX_WIDTH = 180
BOX_HEIGHT = 40
PATH_X, FRONT_X, PROCESS_X = 4, 240, 476


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    text: str
    kind: str

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + BOX_HEIGHT // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + BOX_WIDTH, self.y + BOX_HEIGHT // 2

    @property
    def text_y(self) -> int:
        return self.y + 25


@dataclass(frozen=True)
class Line:
    start: tuple[int, int]
    end: tuple[int, int]
    kind: str

    @property
    def curve(self) -> str:
        half = (self.start[0] + self.end[0]) // 2
        return (
            f"M{self.start[0]} {self.start[1]}C{half} {self.start[1]} {half} {self.end[1]} {self.end[0]} {self.end[1]}"
        )


@dataclass(frozen=True)
class Picture:
    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(topology: Topology) -> Picture:
    """Paths on the left, what is in front of the processes in the middle if anything is, the processes on the right."""
    height = ROW * len(topology.routes)
    paths = {path: Box(PATH_X, row * ROW + 8, path, "path") for row, path in enumerate(topology.routes)}
    answering = [process for process in topology.processes if process.name in topology.routes.values()]
    step = height // (len(answering) + 1)
    processes = {
        process.name: Box(
            PROCESS_X, step * (row + 1) - BOX_HEIGHT // 2, f"{process.name} · {process.server}", process.interface
        )
        for row, process in enumerate(answering)
    }
    boxes = [*paths.values(), *processes.values()]
    lines: list[Line] = []
    front = None
    if topology.front.server:
        front = Box(FRONT_X, (height - BOX_HEIGHT) // 2, topology.front.server, "front")
        boxes.append(front)
    for path, target in topology.routes.items():
        kind = next((process.interface for process in answering if process.name == target), "front")
        middle = front or processes[target]
        lines.append(Line(paths[path].right, middle.left, kind))
        if front and target != FILES:
            lines.append(Line(front.right, processes[target].left, kind))
    return Picture(boxes, list(dict.fromkeys(lines)), WIDTH, height)
