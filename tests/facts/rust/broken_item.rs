fn good() { call_one(); }
fn specified(x: u8) -> (r: u8) requires x > 0, ensures r > 1 { lost() }
impl Kept {
    fn first(&self) {}
    fn new_syntax(&self) { let x = become f(); }
    fn second(&self) { call_two() }
}
struct Kept;
