//! The migrations are built into the program, and live outside of this crate.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
