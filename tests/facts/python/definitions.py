"""def docstring(): is prose, class Prose: too."""
# def commented(): pass
text = "def quoted(): pass"


def plain(a, b=(1, 2), *args, c: int = 3, **kwargs):
    return a


async def waits():
    def inner():
        def deepest():
            pass
    return inner


if True:
    def conditional(): pass
else:
    def conditional(): pass


class Auth(Base, mixins.Token[str], metaclass=Meta):
    secret = lambda self, x: x

    def __init__(self, key):
        self.callback = lambda event: event

    def verify(this, token, /, *, strict=False): ...

    @staticmethod
    def make(self_made): pass

    @classmethod
    def build(cls, raw): pass

    @property
    def name(self): return 1

    @name.setter
    def name(self, value): pass

    def _protected(self): pass
    def __private(self): pass
    def __len__(self): return 0

    class Inner:
        def deep(self): pass


class Box[T]:
    def get[U](self, default: U) -> U: pass


type Alias[T] = list[T]
type Plain = int


class Color(enum.Enum):
    RED = 1


class Shape(Protocol):
    def area(self) -> float: ...
    def named(self) -> str:
        return "x"


@overload
def load(x: int) -> int: ...
@overload
def load(x: str) -> str: ...
def load(x): return x


double = lambda x: x * 2
triple: Callable = lambda x: double(x)
items.sort(key=lambda item: item.key)
async def stream():
    yield 1


class Row(namedtuple("Row", "a b"), models.Manager.from_queryset(Rows), metaclass=meta()): pass
