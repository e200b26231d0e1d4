"""Proposals: what a paper's layout says of its form, number, date, agency, subject, people.

Rules of the law's layout (NĐ 30/2020/NĐ-CP, annex I) over words with places.  Each proposal
carries a confidence, its page and box, and the rule that made it; a person confirms.
"""
