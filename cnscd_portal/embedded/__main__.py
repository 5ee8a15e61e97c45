"""`python -m cnscd_portal.embedded`: see the package."""

import sys
from collections.abc import Sequence

from cnscd_portal.embedded import EmbeddedError
from cnscd_portal.embedded.servers import DATA, SCRATCH
from cnscd_portal.embedded.sharing import run, stop


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["run", "--", _, *_]:
            return run(arguments[2:])
        case ["run", "--scratch", "--", _, *_]:
            return run(arguments[3:], SCRATCH)
        case ["stop"]:
            for data in (DATA, SCRATCH):
                stop(data)
            return 0
    raise EmbeddedError(
        "Usage: python -m cnscd_portal.embedded run [--scratch] -- COMMAND... | stop"
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.strerror}: {error.filename}")
