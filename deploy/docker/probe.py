"""Asks this container's own server for a path; status 0 when it answers 200. The image has no curl to ask with."""

import http.client
import os
import sys


def main(path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PROBE_PORT", "8000")), timeout=4)
    try:
        # Both doors answer to this name whatever the site's own is; the header is what a TLS proxy in front would send.
        connection.request("GET", path, headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        print(response.status, response.read(500).decode(errors="replace"))
    except (OSError, http.client.HTTPException) as error:
        print(error)
        return 1
    finally:
        connection.close()
    return 0 if response.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
