from deploy.compare.picture import draw
from deploy.topology import PATHS, load


def test_every_path_and_every_answering_process_has_a_box() -> None:
    for name in ("split", "side_by_side"):
        texts = [box.text for box in draw(load(name)).boxes]
        assert set(PATHS) < set(texts)
        assert "wsgi · Gunicorn" in texts
        assert "asgi · Daphne" in texts
        assert ("nginx" in texts) == (name == "split")


def test_nothing_is_drawn_outside_of_the_picture() -> None:
    picture = draw(load("split"))
    for box in picture.boxes:
        assert box.x >= 0
        assert box.x + picture.box_width <= picture.width
        assert box.y >= 0
        assert box.y + picture.box_height <= picture.height
