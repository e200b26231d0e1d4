"""The invented province that ``profiles/demo`` shows: its people, its papers, its scans.

Nothing here touches a database.  ``plan`` decides what there is (pure, from a seed), ``papers``
sets a planned paper in type, ``scans`` makes it look as if it came off a scanner, and
``production`` does both for a whole plan on several processors.

    profile = home / "profiles" / "demo"
    plan = make_plan(load_stock(profile))
    for paper, data in produce(plan, profile=profile, workers=2):
        ...
"""
