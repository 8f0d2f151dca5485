"""`python -m worldwright`."""

from __future__ import annotations

from .startup import main

if __name__ == "__main__":
    main()
