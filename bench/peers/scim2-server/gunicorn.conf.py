"""One process, since the storage is the memory of a process, and threads in it."""

import os

bind = f"127.0.0.1:{os.environ['PEER_PORT']}"
workers = 1
worker_class = "gthread"
threads = 4
# Connections of the load generator stay open; a worker of the kind `sync` would close each after one answer.
keepalive = 75
graceful_timeout = 1
# Its default place is the home directory.
control_socket_disable = True
