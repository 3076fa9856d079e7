//! A write follows the definitions of its tenant as they are when it is written, not as its request read them.

use scim::ScimError;
use scimd::service::StoreError;
use serde_json::json;

use crate::kitchen_sink;
use crate::world::World;

store_test! {
    /// The request read that the tenant has sinks. Meanwhile somebody removed them.
    fn no_write_follows_definitions_that_changed_since(backend) {
        let world = World::new(backend, kitchen_sink::registry());
        let sink = world.kind("Sink");
        world.create(&sink, json!({"userName": "before"}));
        world.move_on();
        let refused = world.try_create(&sink, json!({"userName": "after"}));
        assert!(
            matches!(refused, Err(StoreError::Scim(ScimError::UnknownEndpoint))),
            "{refused:?}"
        );
        assert_eq!(world.all(&sink).len(), 1);
    }
}
