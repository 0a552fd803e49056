"""Argon2id, off the event loop and with a bound on how many hashes run and wait at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.domain.passwords import normalised
from services.identity.errors import PasswordsBusy
from services.identity.settings import IdentitySettings
from shared.context import ServiceContext

_Result = TypeVar("_Result")


class Passwords:
    """Hashes and verifies passwords.

    Every hash takes the memory that the settings say, so a bounded number runs at a time.
    """

    def __init__(self, settings: IdentitySettings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_passes,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_lanes,
        )
        self._threads = ThreadPoolExecutor(settings.password_threads, "argon2")
        self._room = settings.password_threads + settings.password_queue
        # What an unknown login is checked against, so that the answer takes as long.
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Return the Argon2id hash of a password, with its parameters and a fresh salt."""
        return await self._in_thread(lambda: self._hasher.hash(normalised(password)))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password is the right one; None takes as long and is always wrong."""

        def check() -> bool:
            try:
                self._hasher.verify(password_hash or self._nobody, normalised(password))
            except (VerificationError, InvalidHashError):
                return False
            return password_hash is not None

        return await self._in_thread(check)

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made with other parameters than those of the settings."""
        return self._hasher.check_needs_rehash(password_hash)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        if self._room == 0:
            raise PasswordsBusy("Please try again in a moment.", headers={"Retry-After": "2"})
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def passwords_of(here: ServiceContext) -> Passwords:
    """Return the running service's passwords; made at the first call."""
    if "passwords" not in here.extras:
        here.extras["passwords"] = Passwords(here.settings)
    passwords: Passwords = here.extras["passwords"]
    return passwords
