# @commented
@app.route("/login", methods=["POST"])
@login_required
def login():
    """@docstring"""
    @cached(timeout=limit())
    def inner(): pass


@require_auth_optional
def optional(): pass


@dataclass(frozen=True)
class Config:
    @pkg.require_auth
    async def read(self): pass

    def undecorated(self): pass


@plugins["x"].hook
def hooked(): pass
