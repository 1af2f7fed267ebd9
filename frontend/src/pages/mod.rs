//! The screens, one file each, in parts that are loaded when one of their screens is first shown.

pub mod home;
pub mod public;
