def missing_check(x):
    return use(x)


def none_check(x):
    if x is None:
        raise ValueError(f"{x} is missing")
    return use(x)


def falsy(x):
    if not x:
        log("empty")
        return None
    use(x)


def does_not_leave(x):
    if x is None:
        log("none")
    use(x)


def after_use(x):
    use(x)
    if not x:
        return


def asserted(x, y):
    assert isinstance(x, str), "text"
    assert y


def in_else(x):
    if isinstance(x, str):
        use(x)
    else:
        raise TypeError


def in_elif(x, y):
    if other:
        pass
    elif x > 3:
        return
    elif y:
        pass
    else:
        raise ValueError


def matched(x):
    match x:
        case str():
            use(x)
        case _:
            raise TypeError


def validators(a, b, c, d, e):
    validate_token(a)
    b = int(b)
    schema.parse(c)
    checkout(d)
    e = e.strip()
    Model.model_validate(e)


def mention(x):
    """x is checked: if not x: raise"""
    obj.x = 1
    if obj.x is None:
        return
    call(x=1)
    if call(x=2):
        return


def passed_on(x):
    if db.find(x):
        return


def tested_by_call(x, y):
    if len(x) > 5 or not re.fullmatch("a", y):
        raise ValueError


def nested(x):
    def check():
        if x < 0:
            raise ValueError
    check()


def shadowed(x):
    items = [1]
    def inner(x):
        if not x:
            return
    list(filter(lambda x: int(x), items))


def short_circuit(x, y):
    x or abort(400)
    z = y or "default"


def aborting(x):
    if x not in ALLOWED:
        flask.abort(400)
    use(x)


def two_guards(x):
    if x is None:
        return
    if not isinstance(x, str):
        raise TypeError
    use(x)


def ternary(x):
    return 1 if x else 2
