"""`python -m pipeline` is the command `biaoge`."""

from pipeline.cli import main

raise SystemExit(main())
