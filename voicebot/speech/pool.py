"""Worker processes for synthesis; a worker that dies is replaced and the unit tried once more. A worker whose service was
killed ends as well."""

import asyncio
import multiprocessing
import multiprocessing.connection
import os
import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from knowledge.errors import Unavailable
from voicebot.speech.synth import synthesize, warm


def _begin(niceness: int) -> None:
    """In a worker. It holds both ends of the queue it reads, so it would wait for a service that was killed for ever."""
    os.nice(niceness)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


class SynthesisPool:
    """`processes` 0 synthesises in one thread of this process: for tests and small commands. `niceness`: how far the
    processes stand back behind others, 0 to 19."""

    def __init__(self, processes: int, niceness: int = 0) -> None:
        self._processes = processes
        self._niceness = niceness
        self._executor: Executor | None = None

    def _workers(self) -> Executor:
        if self._executor is None:
            if self._processes:
                # Not fork: the service has threads (index, database) whose locks a fork would copy in any state, and Open
                # JTalk opens files and takes locks.
                spawn = multiprocessing.get_context("spawn")
                self._executor = ProcessPoolExecutor(self._processes, spawn, _begin, (self._niceness,))
            else:
                self._executor = ThreadPoolExecutor(1, thread_name_prefix="speech")
        return self._executor

    async def warm(self, dictionary: str) -> None:
        loop = asyncio.get_running_loop()
        count = max(1, self._processes)
        await asyncio.gather(*(loop.run_in_executor(self._workers(), warm, dictionary) for _ in range(count)))

    async def synthesize(self, text: str, speed: float, gain: float, rate: int, dictionary: str) -> bytes:
        """PCM at `rate`. Raises Unavailable when two workers in a row died."""
        for _ in range(2):
            loop = asyncio.get_running_loop()
            try:
                return await loop.run_in_executor(self._workers(), synthesize, text, speed, gain, rate, dictionary)
            except BrokenProcessPool:
                self.close()
        raise Unavailable("音声を作る処理が止まっています。しばらくしてからお試しください。")

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None
