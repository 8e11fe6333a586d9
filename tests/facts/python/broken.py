def sound():
    check()


def broken(:
    call(


def after():
    fine()
