//! Files that people of the demo data attach.

use std::{collections::BTreeMap, io};

use crate::files::{Files, Kept};

/// A file and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File {
    /// As the uploader named it.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

macro_rules! files {
    ($($(#[$meta:meta])* $constant:ident = $name:literal;)+) => {
        $($(#[$meta])* pub const $constant: File = File {
            name: $name,
            bytes: include_bytes!(concat!("files/", $name)),
        };)+

        /// All of them.
        pub const ALL: &[File] = &[$($constant),+];
    };
}

/// Keeps the bytes of all files, as if they had come in.
///
/// # Errors
/// The disk.
pub fn keep_all(files: &Files) -> io::Result<BTreeMap<&'static str, Kept>> {
    let keep = |file: &File| {
        let mut incoming = files.begin(&format!("demo-{}", file.name))?;
        incoming.write(file.bytes)?;
        Ok((file.name, files.keep(incoming)?))
    };
    ALL.iter().map(keep).collect()
}

files! {
    /// The accounting system refuses an export.
    EXPORT_PICTURE = "accounting-export-error.png";
    /// What it answered.
    EXPORT_LOG = "accounting-export.log";
    /// An invoice with the wrong tax.
    INVOICE_PICTURE = "invoice-8841.png";
    /// How the tax was found.
    BILLING_LOG = "billing.log";
    /// A shop that takes no payments.
    CHECKOUT_PICTURE = "checkout-502.png";
    /// What the payment service answered.
    CHECKOUT_LOG = "checkout-errors.log";
    /// Two labels for one return.
    LABEL_PICTURE = "return-label-twice.png";
    /// People who are there twice.
    CONTACTS_PICTURE = "duplicate-contacts.png";
    /// Where the time of a slow list goes.
    SLOW_QUERY_LOG = "order-list-slow.log";
    /// A restored database, counted.
    RESTORE_LOG = "restore-test.log";
}
