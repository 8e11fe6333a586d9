extern crate alloc;
extern crate serde as srd;
use serde;
use std::collections::HashMap;
use std::{env, fmt::{self, Display as Show}, io::prelude::*};
use ::absolute::path::Item;
use crate::auth::{verify, Token as _};
pub use super::super::shared::r#type;
pub(crate) use self::inner::{a::{b as c}, d};
// use commented::out;
const TEXT: &str = "use in_string::x;";
mod declared;
fn scoped() {
    use local::Thing;
}
mod inner {
    use nested::module;
}
