"""Serve MLflow's web page for the store, only to this machine and only from this process.

`mlflow server` starts a process for the web server and eight for jobs that we never submit, and
leaves them running when it is killed. Here the web server runs in the calling process and starts
no others, so nothing is left running, however that process ends.
"""

import os
import socket
import uuid
import warnings

from lib.tracking.store import Location

ADDRESS = "127.0.0.1"
SECONDS_TO_FINISH = 3  # time for requests in progress when the server is told to stop


def listen(port: int) -> socket.socket:
    """Listen on a port of the loopback address; connections wait until `serve` is called.

    Args:
        port: port to listen on; 0 for any free one.

    Raises:
        OSError: the port is taken or reserved for the system.
    """
    return socket.create_server((ADDRESS, port))


def serve(location: Location, listening: socket.socket) -> None:
    """Serve the page for an SQLite store until a signal ends the process.

    Raises:
        KeyboardInterrupt: on Ctrl-C, once the requests in progress have been answered.
    """
    # MLflow checks the Host and Origin of a request only if it finds its web server loaded.
    import uvicorn

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "starlette.middleware.wsgi is deprecated")
        from mlflow.server import constants, fastapi_app

    os.environ |= {
        constants.BACKEND_STORE_URI_ENV_VAR: location.uri,
        constants.ARTIFACT_ROOT_ENV_VAR: location.artifacts("") or "",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "_MLFLOW_SERVER_BOOT_ID": uuid.uuid4().hex,
    }
    config = uvicorn.Config(
        fastapi_app.app,
        log_level="warning",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    uvicorn.Server(config).run(sockets=[listening])
