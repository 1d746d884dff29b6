#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| newsearch_fuzz::markdown(input));
