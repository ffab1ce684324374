"""Runs: an act on more than 10,000 agreements, in numbered batches that call the same verb.

`start` stores a run and its batches, `carry_on` carries out the next one, `cancel` and `resume`
stop it and let it go on, `show` says how far it is and what became of each agreement.
"""
