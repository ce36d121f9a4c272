"""A module that starts a thread when it is imported, as some native libraries do."""

from threading import Event, Thread

Thread(target=Event().wait, daemon=True).start()
