"""Pictures of money: what a month cost, as numbers → PNG, drawn in a process of their own.

``chart`` says what is drawn, ``words`` the same for people who cannot see it, ``studio`` has it drawn. Only the other
process imports ``drawing``, and with it matplotlib.
"""
