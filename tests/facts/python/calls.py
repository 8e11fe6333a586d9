jwt.decode(token)


def caller(x):
    # jwt.decode(commented)
    log("jwt.decode(quoted)")
    f"{inside.braces(x)!r:>{width()}} {{escaped.braces()}}"
    a.b().c(d(e))
    table[0].run()
    "".join(x)
    [1].count(1)
    (parenthesised).call()
    self.db . execute (
        x)
    super().save()
    (await fetch(x)).json()
    get()(now)
    [y() for y in ys()]
    lambda: deferred()
    def nested():
        within()
    return all(z for z in x)


class Body:
    field = make_field()

    def method(self, default=late()):
        pass


after()
