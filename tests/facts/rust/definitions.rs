//! Definitions in every place; fn mentioned() {} in prose is none.
use std::fmt;

/// fn in_doc_comment() {}
// struct InComment;
pub const TEXT: &str = "fn in_string() {} struct InString;";
const RAW: &str = r#"impl InRaw { fn raw_method(&self) {} }"#;

pub fn free<T: Into<String>>(value: T) -> String
where
    T: Clone,
{
    fn nested(depth: u8) -> u8 {
        struct Local;
        impl Local {
            fn of_local(&self) {}
        }
        depth
    }
    let typed: fn(u8) -> u8 = |x: u8| nested(x);
    let plain = move |(a, b): (u8, u8), c| a + b + c;
    let not_a_closure = typed(1);
    value.into()
}

pub(crate) const fn constant() -> u8 { 1 }
pub(in crate::auth) unsafe extern "C" fn foreign_abi() {}
pub(self) async fn r#async_like(r#type: u8) {}
static HOOK: fn(u32) -> u32 = |x| x;

extern "C" {
    pub fn prototype(x: i32, ...) -> i32;
}

pub mod auth {
    use super::*;

    #[derive(Debug)]
    pub struct Verifier<T> {
        key: T,
    }

    impl<T: Clone> Verifier<T> {
        pub fn new(key: T) -> Self {
            Self { key }
        }
        fn verify(&self, token: &str) -> bool {
            true
        }
    }

    impl<T> fmt::Display for Verifier<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            Ok(())
        }
    }

    mod deep {
        impl super::Verifier<u8> {
            pub(super) fn hidden(self) {}
        }
    }
}

impl std::error::Error for crate::elsewhere::Failure {
    fn cause(&self) -> Option<&dyn std::error::Error> { None }
}

impl Early for [u8] {
    fn on_slice(&self) {}
}

pub trait Check: Send + fmt::Debug + 'static {
    const LIMIT: usize = compute();
    fn signature(&self) -> bool;
    fn with_default(self: Box<Self>, other: u8) -> bool { true }
}

struct Unit;
struct Tuple(u8, String);
pub enum Kind { One, Two { field: u8 } = 3 }
union Bits { a: u32, b: f32 }
type Alias<T> = Result<T, Unit>;
#[cfg(unix)]
fn twice() {}
#[cfg(windows)]
fn twice() {}

macro_rules! template {
    () => { fn in_template() { lost() } };
}

fn expands() {
    let tokens = quote! { fn quoted() { lost() } };
}

cfg_if::cfg_if! {
    if #[cfg(unix)] {
        fn in_cfg_if() { found() }
    } else {
        fn otherwise() {}
    }
}
