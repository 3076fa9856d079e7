"""scim2-server over its own storage in memory, as a WSGI application, with one bearer token."""

import os

from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider

app = BearerTokenApplication(
    InMemoryStorage(),
    load_default_provider(),
    bearer_tokens=[os.environ["PEER_TOKEN"]],
)
