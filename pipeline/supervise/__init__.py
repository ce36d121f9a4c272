"""Work on a document in a child process that may hang, crash or eat memory without harm.

Native code that reads hostile documents cannot be interrupted by a signal or a thread; only ending
its process helps.  `Supervisor` keeps one child, gives it one document at a time, and replaces it
when it dies or must be killed.
"""

from pipeline.supervise.nursery import Nursery as Nursery
from pipeline.supervise.parent import Supervisor as Supervisor
from pipeline.supervise.wire import Progress as Progress

__all__ = ["Nursery", "Progress", "Supervisor"]
