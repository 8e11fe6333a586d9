fn caller(&mut self, handler: Handler) {
    // commented_out();
    let text = "in_string()";
    crate::auth::verify::<Token>(token);
    ::std::mem::drop(x);
    <T as Trait>::method(1);
    <Vec<u8>>::with_capacity(2);
    Self::helper();
    self.db.pool.execute("q");
    self.0.run();
    make().run();
    build(1)?.field.go().await?.finish::<u8>();
    handlers[0](x);
    (self.callback)(y);
    (*boxed).call();
    "text".len();
    [1, 2].iter().map(|n| inner(n)).collect::<Vec<_>>();
    let s = Struct { field: init(), ..Default::default() };
    if check(a) && !deny(b) { return fallback(); }
    async move { task().await };
    unsafe { raw() };
    Some(wrap());
}

const AT_TOP: u8 = compute(1);

struct Holder { size: [u8; width()] }

fn macros() {
    println!("{} {name}", shown(1), name = named(2));
    vec![element(); count()];
    vec![first(), second()];
    assert!(ready(), "not {}", why());
    matches!(subject(), Some(Pattern(_)) if guard());
    log::info!(target: "x", "{}", logged());
    tokio::select! {
        Some(message) = channel.recv() => { handle(message); }
        _ = sleep(timeout()) => stop(),
    }
    html! { <div>{ rendered() }</div> };
    stringify!(never());
    quote! { never_either() };
    outer!(inner_macro!(deepest()));
    std::println!("called() in text");
}

fn after() { last() }
