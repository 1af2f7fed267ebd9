//! How the kinds of events are declared: a variant, its name, who usually reads it, and what it carries.

macro_rules! events {
    ({ $(
        $(#[$meta:meta])*
        $variant:ident = $name:literal, $visibility:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    )+ }) => {
        /// What happened. Serialized as `{"name": "ticket.created", "data": {...}}`; the name is the webhook's too.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "name", content = "data")]
        pub enum EventKind {
            $(
                $(#[$meta])*
                #[serde(rename = $name)]
                $variant {
                    $($(#[$field_meta])* $field: $type,)*
                },
            )+
        }

        impl EventKind {
            /// Every name.
            pub const NAMES: &'static [&'static str] = &[$($name,)+];

            /// The stable name: `ticket.created`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }

            const fn usual_visibility(&self) -> Visibility {
                match self { $(Self::$variant { .. } => Visibility::$visibility,)+ }
            }
        }
    };
}

pub(super) use events;
