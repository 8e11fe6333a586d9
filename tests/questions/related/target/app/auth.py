LIMIT = 3


class Auth:
    def __init__(self, key):
        self.key = key


def verify(token):
    if not token:
        return verify("none")
    return token


def lonely():
    return 1
