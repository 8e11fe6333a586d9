/// ```
/// #[test]
/// fn in_doc_test() {}
/// ```
pub fn documented() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works() {}

    #[test]
    #[ignore]
    fn ignored() {}

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "slow"]
    async fn ignored_async() {}

    #[actix_web::test]
    async fn served() {}

    #[rstest]
    #[case(1)]
    fn parametrised(#[case] n: u8) {}

    #[test_case(1; "one")]
    #[test_case(2; "two")]
    fn cases(n: u8) {}

    #[test]
    #[cfg_attr(miri, ignore)]
    #[should_panic(expected = "x")]
    fn under_condition() {}

    #[test_helper]
    fn helper() {}

    #[cfg(test)]
    fn only_compiled_for_tests() {}

    // #[test]
    fn commented() {}

    proptest! {
        #[test]
        fn property(n in 0..10u8) { holds(n) }
    }
}
