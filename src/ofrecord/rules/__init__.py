"""Whether: the policy, its rules, and the verdicts they give.

A rule is one SQL expression over a named row of facts. It yields the period in which the
rule refuses; today's verdict, its dates, the timeline and the simulation all read that. The
rules know no table but the policy.
"""
