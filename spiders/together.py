"""Several workers side by side, and what they finish as one stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def together(
    work: Callable[[Callable[[T], Awaitable[None]]], Awaitable[None]], count: int, *, ahead: int = 0
) -> AsyncGenerator[T, None]:
    """What `count` workers hand over, each thing as soon as it is finished.

    `work` is called once for each worker with the function that hands over. `ahead` bounds how much waits to be taken
    (0: no bound). An error of a worker is raised once all have ended. Whoever stops listening ends the workers.
    """
    finished: asyncio.Queue[tuple[T] | None] = asyncio.Queue(maxsize=ahead)

    async def hand_over(one: T) -> None:
        await finished.put((one,))

    async def worked() -> None:
        try:
            await work(hand_over)
        finally:
            await finished.put(None)

    workers = [asyncio.create_task(worked()) for _ in range(count)]
    try:
        running = count
        while running:
            one = await finished.get()
            if one is None:
                running -= 1
            else:
                yield one[0]
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
