class User(BaseModel):
    name: str


class Admin(User):
    pass


class Plain:
    pass


def create(user: User, admin: Optional[Admin], plain: Plain, count: conint(gt=0), text: str): pass


def annotated(a: Annotated[str, Field(min_length=1)], b: Annotated[str, "doc"], c: EmailStr | None = None): pass


async def endpoint(q: str = Query(min_length=3), db=Depends(get_db), limit: int = 10): pass


@validate_call
def enforced(count: int, untyped): pass
