"""One process, since the storage is the memory of a process. Its lock lets one request in, and more threads only cost."""

import os

bind = f"127.0.0.1:{os.environ['PEER_PORT']}"
workers = 1
worker_class = "gthread"
threads = 1
# Connections of the load generator stay open. A worker of the kind `sync` would close each after one answer.
keepalive = 75
graceful_timeout = 1
# Its default place is the home directory.
control_socket_disable = True
