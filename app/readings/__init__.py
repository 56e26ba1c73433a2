"""From approved claims to running totals: pure arithmetic, no session, no clock, no I/O.

The rules are those of the method (its sections are named where they are used). One reading
travels through the room in this order:

    choices, facts                     what a reader asks, and what is fixed about a deployment
    rules                              the tables of the method, as data
    candidates, events, derived        which claims take part, and as what
    intervals, precedence              what each claim allows, and which is asked first
    network, guess, acceptance         which claims can be true together
    witnesses, contradictions          which cannot, and why not
    bands, selected, levels            the tightest bounds, and the line between them
    latest, checks                     the headline, latest statements, checks between measures
    reading, results                   all of it put together, and its shape
    why, wording, sentences, answer    in words, and as the JSON of the API
"""
