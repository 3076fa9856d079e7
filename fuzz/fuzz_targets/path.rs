#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| scimd_fuzz::path::run(data));
