from app import auth
from app.auth import verify


def login(request):
    return auth.verify(request.token)


def logout(request):
    # verify is only named here
    return verify_later(request)


class Page:
    guard = auth.Auth("k")

    def show(self, request):
        verify(request.token)
        return verify(request.other)


verify("at the top")
