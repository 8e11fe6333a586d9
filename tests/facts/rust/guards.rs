fn leaves_first(name: &str, other: &str) -> Result<(), E> {
    if name.is_empty() {
        return Err(E::Empty);
    }
    store(name, other);
    if other.is_empty() { return Err(E::Empty); }
    Ok(())
}

fn only_logs(name: &str) {
    if name.is_empty() { warn!("empty"); }
    store(name);
}

fn asserts(a: u32, b: u32, c: u32, d: u32) {
    assert!(a > 0, "a is {a}");
    assert_eq!(b, 1);
    debug_assert!(c < 3);
    anyhow::ensure!(d != 0, "d");
}

fn validators(email: &str, port: &str, id: String, raw: &[u8], unchecked: &str) -> Result<()> {
    validate_email(&email)?;
    let port = port.parse::<u16>()?;
    let id = Uuid::try_from(id.as_str())?;
    auth::verify_signature(raw, KEY)?;
    uncheck(unchecked);
    unchecked.checked_div(2);
}

fn patterns(kind: Kind, id: Option<u8>, (left, right): (u8, u8), Point { x, y: renamed }: Point) {
    match kind {
        Kind::Bad => panic!("bad"),
        _ => {}
    }
    let Some(id) = id else { return };
    match () {
        _ if left > 3 => bail!("big"),
        _ => (),
    }
    use_it(right);
    if x > renamed { std::process::exit(1) }
}

fn typed(Valid(Json(body)): Valid<Json<Body>>, size: NonZeroU32, form: web::ValidatedForm, invalid: Validity) {}

fn normalised(name: &str) -> Result<()> {
    let name = name.trim().to_lowercase();
    if name.len() > 10 { return Err(E::Long); }
    save(&name)
}

fn tail(n: i32) -> Result<i32, E> {
    if n < 0 { Err(E::Negative) } else { Ok(n) }
}

fn shadowed(x: u8, y: u8) {
    let f = |x: u8| if x > 1 { return };
    items.iter().for_each(|y| if y > 2 { return });
    fn inner(y: u8) { if y > 3 { return } }
}

fn captured(limit: u8) {
    let check = |n: u8| { if n > limit { return } };
}

fn used_before(path: &str) -> Result<()> {
    open(path);
    check_path(path)?;
    Ok(())
}

fn passed_on(a: u8, b: u8, c: u8, d: u8) {
    if store(a) { return }
    if is_allowed(b) { return }
    if !ROLES.contains(&c) { return }
    match load(d) { Err(e) => return, Ok(_) => {} }
}

fn matched(kind: &str, level: u8, other: u8, unread: u8) -> Result<(), E> {
    if !matches!(kind, "a" | "b") { return Err(E::Kind) }
    if std::matches!(Some(level), Some(n) if n > other) { return Err(E::Level) }
    if vec![unread].is_empty() { return Err(E::Unread) }
    Ok(())
}
