"""The commands of ``nianbao``: each reads what was typed, calls one stage and says in Chinese what came of it."""
