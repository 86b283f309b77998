"""Discord: slash commands, buttons, modals and Components V2, alive after every restart.

Read in this order: `native` (a message as Discord takes it), `markup`, `render` and `chart` (a card
becomes one), `lengths`, `forms` (a form becomes a modal, and what comes back), `refused` (a
form that was not taken keeps everything in its message), `commands`, `inbound` (what Discord says,
as events), `errors`, `facts`, `turns` (an interaction and its answers), `pressed_on`, `under_way`,
`intake`, `client`, `connection`, `places`, `adapter`.

Nothing here keeps a view: a component carries its whole meaning in its custom id, so a button that
is pressed a month and three restarts later works.
https://discord.com/developers/docs/components/reference
"""
