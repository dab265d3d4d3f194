"""The engine of many machines: Dask carries the pieces to its workers. An optional extra (requirements-dask.txt)."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from nlp.core.themes.finding import Engine
from nlp.core.themes.reading import Message

SECONDS = 20
# Pieces that are under way at once, for each thread: the texts of a whole month never lie in the scheduler.
AHEAD = 3


class NotThere(OSError):
    """连接不上 Dask 调度器，请核对地址，并确认调度器已经启动。"""


class NotInstalled(ImportError):
    """没有安装 Dask：请先 pip install -r requirements-dask.txt。"""


@contextmanager
def workers(address: str) -> Iterator[Engine]:
    """The workers of a scheduler. They need this project's code and requirements, no database and no settings.

    Raises NotInstalled, NotThere.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise NotInstalled(NotInstalled.__doc__) from missing
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise NotThere(NotThere.__doc__) from problem
    with client:
        yield partial(_spread, client)


def _spread(
    client: Any, work: Callable[[Sequence[Message]], Any], pieces: Sequence[Sequence[Message]]
) -> Iterable[Any]:
    there = client.scatter(work, broadcast=True)  # the model goes to each worker once
    most = AHEAD * max(sum(client.nthreads().values()), 1)
    sent: deque[Any] = deque()
    for piece in pieces:
        sent.append(client.submit(_carry_out, there, piece, pure=False))
        if len(sent) >= most:
            yield sent.popleft().result()
    while sent:
        yield sent.popleft().result()


def _carry_out(work: Callable[[Sequence[Message]], Any], piece: Sequence[Message]) -> Any:
    return work(piece)
