"""Keep the register of requests (依申请公开台账): requests in, deadlines and the figures of parts three and four out.

The register of an organ is ``registers/<jurisdiction>/<organ>.sqlite``. It holds personal data: nothing of it goes into
params, reports, mails or logs but counts.
"""
