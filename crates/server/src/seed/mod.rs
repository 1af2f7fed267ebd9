//! Demo data: eight weeks in the life of an agency and three clients, told as stories and made through the same flows
//! as real use, each step at its own instant. Anchored to the moment at which it is made; the same for the same moment.

pub mod files;
pub mod moment;
pub mod people;
pub mod schedule;
pub mod stories;
pub mod story;
