"""The cache in Redis, which may vanish: whatever stands in it is a courtesy."""

from contextlib import suppress
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError


class ForgetfulCache(RedisCache):
    """Knows nothing while Redis is away, where Django's own would fail the request or the job.

    `add` alone fails: whether one is the first is nothing to be guessed.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        with suppress(RedisError):
            super().set(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return super().delete(*args, **kwargs)
        except RedisError:
            return False
