import unittest, pytest


def test_auth(): pass
def helper_test(): pass
def outer():
    def test_nested(): pass


@pytest.fixture
def test_client(): pass


@pytest.mark.skip(reason="later")
def test_skipped(): pass


@pytest.mark.skipif(windows, reason="sometimes")
@pytest.mark.parametrize("x", [1])
async def test_sometimes(x): pass


class TestLogin:
    def test_ok(self): pass
    def check(self): pass

    class TestDeeper:
        def test_deep(self): pass


class TestWithInit:
    def __init__(self): pass
    def test_never(self): pass


class Login(unittest.TestCase):
    def test_case(self): pass

    @unittest.skip("later")
    def test_later(self): pass


@unittest.skip("all")
class Logout(Login):
    def test_off(self): pass


class NoTests:
    def test_plain(self): pass


"""def test_quoted(): pass"""
