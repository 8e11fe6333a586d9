//! Items that are complete for the attribute macro above them alone.

/// All plugins.
#[linkme::distributed_slice]
pub static PLUGINS: [fn() -> Plugin];

struct Wrapper(str);

impl Wrapper {
    #[ref_cast_custom]
    pub(crate) fn of(text: &str) -> &Self;

    fn new(text: &str) -> &Self {
        #[ref_cast_custom]
        fn cast(text: &str) -> &Wrapper;

        check(text);
        cast(text)
    }
}
