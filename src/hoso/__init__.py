"""hoso: the records system that Vietnamese public bodies keep their people's papers in."""
