"""Train, compare, judge, evaluate, predict, explain and remember: once, for every task.

Knows `tasks.interface`, and no task by name.
"""
