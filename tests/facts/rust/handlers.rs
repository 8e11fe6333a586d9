fn named() -> Result<(), E> {
    match load() {
        Ok(value) => value,
        Err(MyError::NotFound | io::Error { .. }) => return Ok(()),
        Err(crate::Error::Parse(inner)) => return Ok(()),
    };
    match load() {
        Ok(value) => value,
        Err(e) if e.kind() == io::ErrorKind::NotFound => (),
        Err(e) => return Err(e),
    };
    match load() {
        Ok(value) => value,
        _ => (),
    };
    match option { Some(x) => x, None => y };
    match kind { Kind::Err => 1, _ => 2 };
    if let Err(e) = send() { log(e); }
    if let Ok(x) = send() { go(x) } else { stop() }
    if let Ok(x) = send() { go(x) }
    if send().is_err() { stop() }
    while let Err(Full(item)) = queue.push() {}
    let Ok(value) = load() else { return Ok(()) };
    let Err(error) = load() else { return Ok(()) };
    let Some(some) = find() else { return Ok(()) };
    Ok(())
}

fn mapped() -> Result<(), E> {
    a().map_err(Wrapped)?;
    b().or_else(|e| retry(e))?;
    let c = c().unwrap_or_else(|_| 0);
    d().context("reading")?;
    e().with_context(|| format!("x"))?;
    f().context(Place { path })?;
    g.context(1);
    h().wrap_err("h")
}

fn none() -> Result<(), E> {
    a()?;
    b().unwrap();
    c().expect("c");
    d().unwrap_or(1);
    // if let Err(e) = commented() {}
    println!("Err(e) => in text");
    Err(E::Made)
}

fn in_closure() {
    let run = || { if let Err(e) = work() { report(e) } };
}
