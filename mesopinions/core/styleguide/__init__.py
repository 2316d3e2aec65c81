"""The style guide at /dev/style/, only while LOCAL: every component from its real template, and when to use it."""
