# Short names for what is typed every day. Each recipe is one command that also works without `just`.

# List the recipes.
default:
    @just --list

# Serve on 127.0.0.1:8080 with SQLite in scimd.db.
run *arguments:
    cargo run --release -- {{ arguments }}

# All tests on SQLite and PostgreSQL; arguments are those of `cargo test`.
test *arguments:
    scripts/test {{ arguments }}

# The tests of the protocol alone: no database, no server.
scim *arguments:
    cargo test --locked -p scimd-scim {{ arguments }}

# The walls of the house: layers, doors, circles of files, words.
tidy *arguments:
    cargo test --locked --test tidy {{ arguments }}

# Everything that must be green before a merge.
ci:
    .ci/run

# Write docs/conformance.md anew from conformance/ and the tests.
conformance:
    UPDATE_CONFORMANCE=1 cargo test --test conformance

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# Licences, bans and sources of the dependencies; wants cargo-deny.
deny:
    cargo deny --locked check --hide-inclusion-graph licenses bans sources

# Advisories, which are fetched; wants cargo-deny.
advisories:
    cargo deny check advisories

# Instructions of the protocol's hot paths, each against its limit; see `just instructions --help`.
instructions *arguments:
    scripts/instructions {{ arguments }}

# Feed the protocol with inputs that a machine invents; wants nightly. See `just fuzz --help`.
fuzz *arguments:
    scripts/fuzz {{ arguments }}

# Kill each part of a highly available installation, under load; see `just ha-demo --help`.
ha-demo *arguments:
    scripts/ha-demo {{ arguments }}

# The load generator; see `just bench --help`.
bench *arguments:
    cargo run --release --package scimd-bench -- {{ arguments }}
