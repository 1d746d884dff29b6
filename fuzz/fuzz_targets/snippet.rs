#![no_main]

libfuzzer_sys::fuzz_target!(
    init: newsearch_fuzz::prepare(),
    |input: &[u8]| newsearch_fuzz::snippet(input)
);
