"""The invented province that ``profiles/demo`` shows: its people, its papers, its scans.

Nothing here touches a database.  ``plan`` decides what there is (pure, from a seed), ``papers``
sets a planned paper in type, ``scans`` makes it look as if it came off a scanner, and
``production`` does both for a whole plan on several processors.

    stock = load_stock(home / "profiles" / "demo" / "papers")
    for paper, data in produce(make_plan(stock, seed=2020), home=home):
        ...
"""
