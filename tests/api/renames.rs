//! A group gets another name; its members stay.
