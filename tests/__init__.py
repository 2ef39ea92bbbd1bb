"""The tests: a module a subject, and what they share in `support`."""

import sys

if "pytest" in sys.modules:  # not in the children of tests, which need none
    sys.modules["pytest"].register_assert_rewrite("tests.support")
