use a::b;
fn good() { call_one(); }
impl Foo {
    fn broken_inside(&self, x: u8) { let = = 3 +; lost(); }
    fn after(&self) { call_two(); }
}
struct Foo;
fn last() { call_three() }
