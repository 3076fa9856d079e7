//! Users and groups: how they are created, read, changed and deleted, and what each attribute does.

mod active;
mod common_attributes;
mod crud;
mod empty_values;
mod enterprise;
mod etag;
mod group_renames;
mod groups;
mod long_lists;
mod names_and_case;
mod nulls;
mod patch;
mod put;
mod rehire;
mod schema_model;
mod users;
