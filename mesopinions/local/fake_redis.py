"""Redis in Python, where no redis-server is to be had: `python -m mesopinions.local.fake_redis ADDRESS_FILE`.

It keeps nothing on disk: queued tasks of a stopped site are found again by the periodic sweeps.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from fakeredis import TcpFakeServer


def main() -> None:
    """Serve on a free port of this machine, and write the address down for whoever looks for it.

    Started again, it takes the port that its clients know.
    """
    address_file = Path(sys.argv[1])
    known = urlsplit(address_file.read_text(encoding="ascii")).port if address_file.exists() else None
    server = TcpFakeServer(("127.0.0.1", known or 0), server_type="redis")
    draft = address_file.with_suffix(".new")
    draft.write_text(f"redis://127.0.0.1:{server.server_address[1]}/0", encoding="ascii")
    draft.replace(address_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
