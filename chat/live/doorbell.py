"""The channel layer, which is a doorbell and no more: what it loses, the sweep finds."""


def ring(stream_key: str, seq: int) -> None:
    """Tell every process that ``stream_key`` now ends at ``seq``. Never raises, never takes long."""
