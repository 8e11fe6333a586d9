class AppError(Exception): pass
class TokenError(AppError): pass
class Unrelated: pass


def one():
    try:
        risky()
    except ValueError as error:
        log(error)
    except (KeyError, jwt.InvalidTokenError):
        pass
    except AppError:
        raise


def bare():
    try:
        risky()
    except:
        pass


def grouped():
    try:
        risky()
    except* OSError:
        pass


def broad():
    try:
        risky()
    except Exception as e:
        def inner():
            try:
                pass
            except errors():
                pass
    finally:
        pass


def suppressed():
    with contextlib.suppress(FileNotFoundError, LookupError):
        risky()
    # try: except ImportError:


def only_finally():
    try:
        risky()
    finally:
        cleanup()


try:
    import ujson
except BaseException:
    pass
