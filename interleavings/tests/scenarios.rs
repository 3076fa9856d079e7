//! Runs each scenario in many orders of its steps.

use scimd_interleavings as scenarios;

/// Orders that are tried at random, and orders with few changes between threads, which find what is rare.
fn in_many_orders(scenario: fn()) {
    shuttle::check_random(scenario, 3_000);
    shuttle::check_pct(scenario, 3_000, 3);
}

#[test]
fn told_is_true() {
    in_many_orders(scenarios::told_is_true);
}

#[test]
fn a_cancelled_backend_reads_for_nobody() {
    in_many_orders(scenarios::a_cancelled_backend_reads_for_nobody);
}

#[test]
fn abandoned_work_is_counted() {
    in_many_orders(scenarios::abandoned_work_is_counted);
}

#[test]
fn everybody_has_a_turn() {
    // The queues have a time limit, which needs a timer. Nothing turns it here, so no time passes.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    let runtime = runtime.expect("a timer");
    let _entered = runtime.enter();
    in_many_orders(scenarios::everybody_has_a_turn);
}
