"""Many at once: what several people do at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(count: int, act: Callable[[int], Result]) -> list[Result | Exception]:
    """Let so many threads act at the same moment; list what each got, or what was raised."""
    start = Barrier(count)

    def one(number: int) -> Result | Exception:
        start.wait()
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 - what was raised is what came of it
            return error

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))
