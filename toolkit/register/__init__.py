"""Keep the register of requests (依申请公开台账): requests in, deadlines and the figures of parts three and four out.

The register of an organ is ``registers/<jurisdiction>/<organ>.sqlite``. It holds personal data: nothing of it goes into
params, reports, mails or logs but counts.

Tests by another name:
    places, opening: tests/register/test_store.py
    working_days: tests/register/test_deadlines.py
    requests: tests/register/test_counting.py, tests/register/test_problems.py
    lookup, offering: tests/register/test_walk.py
"""
