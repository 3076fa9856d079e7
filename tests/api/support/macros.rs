//! `api_test!`: one body, two databases.

/// Runs each body against a fresh server on SQLite and on PostgreSQL, as `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// api_test! {
///     /// Rows: CRUD-01
///     fn crud_01_create_answers_201(server) { server.create_user("bjensen"); }
/// }
/// ```
///
/// Write `(mut server)` for a body that kills or restarts its server.
macro_rules! api_test {
    ($($(#[$meta:meta])* fn $name:ident($($server:tt)+) $body:block)+) => {$(
        $(#[$meta])*
        fn $name($($server)+: $crate::support::TestServer) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::support::TestServer::start($crate::support::Backend::Sqlite));
            }

            #[test]
            fn postgres() {
                super::$name($crate::support::TestServer::start($crate::support::Backend::Postgres));
            }
        }
    )+};
}
