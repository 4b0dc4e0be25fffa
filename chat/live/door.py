from typing import Any


def guard(application: Any) -> Any:
    return application
