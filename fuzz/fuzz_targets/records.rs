#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| monshin_fuzz::records(data));
