//! Reading JSON with little code.
//!
//! What serde derives is compiled once for each pair of a type and a source. Reading from text directly costs several
//! times the code of reading from a tree that is borrowed, whose errors are small, and which needs to know no other
//! form of a structure than the one that the API has. So the text becomes a tree, by one piece of code for all types.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
        Visitor,
    },
    forward_to_deserialize_any,
};

/// Reads a value; says in a few words what is wrong when the text is not of the expected form.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, &'static str> {
    let tree = parse(text)?;
    T::deserialize(&tree).map_err(|Unreadable(what)| what)
}

/// Reads an object whose members are all texts, in their order.
pub fn read_texts(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let Node::Object(entries) = parse(text)? else {
        return Err("of another form");
    };
    let text = |(key, value)| match value {
        Node::Text(text) => Ok((key, text)),
        _ => Err("of another form"),
    };
    entries.into_iter().map(text).collect()
}

#[inline(never)]
fn parse(text: &str) -> Result<Node, &'static str> {
    serde_json::from_str(text).map_err(|_| "not JSON")
}

/// A value of JSON.
enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Building)
    }
}

/// Makes the tree.
struct Building;

impl<'de> Visitor<'de> for Building {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Float(value as f64), Node::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Node::Object(object))
    }
}

/// Why a tree is not the value: a member that is missing or unknown, or that something has another form.
#[derive(Debug)]
struct Unreadable(&'static str);

const OTHER_FORM: Unreadable = Unreadable("of another form");

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        OTHER_FORM
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(field)
    }
}

impl<'de> IntoDeserializer<'de, Unreadable> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Integer(value) => visitor.visit_i64(*value),
            Node::Float(value) => visitor.visit_f64(*value),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(items) => visitor.visit_seq(Items(items.iter())),
            Node::Object(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                value: self,
            }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::Text(text) => visitor.visit_borrowed_str(text),
            _ => Err(OTHER_FORM),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::Integer(value) => visitor.visit_i64(*value),
            _ => Err(OTHER_FORM),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::List(items) => visitor.visit_seq(Items(items.iter())),
            _ => Err(OTHER_FORM),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self {
            Node::Object(entries) => visitor.visit_map(Entries {
                rest: entries.iter(),
                value: self,
            }),
            _ => Err(OTHER_FORM),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(Word(self))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

/// The elements of a list.
struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(item)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The members of an object.
struct Entries<'de> {
    rest: std::slice::Iter<'de, (String, Node)>,
    /// Of the key that was read last.
    value: &'de Node,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = value;
        let key: de::value::BorrowedStrDeserializer<Unreadable> = de::value::BorrowedStrDeserializer::new(key);
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self.value)
    }
}

/// A variant without content, by its name: the only kind in the API beside those that a member names.
struct Word<'de>(&'de Node);

impl<'de> EnumAccess<'de> for Word<'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Unreadable> {
        Ok((seed.deserialize(self.0)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Unreadable> {
        Err(OTHER_FORM)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(OTHER_FORM)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Unreadable> {
        Err(OTHER_FORM)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Debug};

    use daypack_domain::Instant;
    use serde::{Deserialize, Serialize, de::DeserializeOwned};

    use super::{read, read_texts};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        OneWay,
        Other,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Empty,
        Full { inner: Inner },
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Inner {
        at: Instant,
        count: u16,
        share: f64,
        #[serde(default)]
        note: Option<String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
        kinds: Vec<Kind>,
        tagged: Vec<Tagged>,
        texts: BTreeMap<String, String>,
        free: serde_json::Value,
        big: i64,
        yes: bool,
    }

    fn inner() -> Inner {
        Inner {
            at: "2026-11-21T10:00:00.123456Z".parse().unwrap(),
            count: 7,
            share: 0.25,
            note: None,
        }
    }

    fn comes_back<T: Debug + PartialEq + Serialize + DeserializeOwned>(value: &T) {
        assert_eq!(read::<T>(&serde_json::to_string(value).unwrap()).as_ref(), Ok(value));
    }

    #[test]
    fn whatever_is_written_is_read() {
        comes_back(&Outer {
            inner: inner(),
            kinds: vec![Kind::OneWay, Kind::Other],
            tagged: vec![Tagged::Empty, Tagged::Full { inner: inner() }],
            texts: [("a \"b\"".to_owned(), "é\n".to_owned())].into(),
            free: serde_json::json!({"list": [1, -2, 0.5, null, true, "x", {"y": []}]}),
            big: i64::MIN,
            yes: true,
        });
        comes_back(&vec![Some(1_i64), None]);
        comes_back(&2.0_f64);
    }

    #[test]
    fn texts_keep_their_order() {
        let texts = [("b".to_owned(), "1".to_owned()), ("a".to_owned(), "2".to_owned())];
        assert_eq!(read_texts(r#"{"b":"1","a":"2"}"#).as_deref(), Ok(texts.as_slice()));
        assert_eq!(read_texts(r#"{"b":1}"#), Err("of another form"));
    }

    #[test]
    fn what_has_another_form_is_refused() {
        assert_eq!(read::<Inner>("{\"count\": 7"), Err("not JSON"));
        assert_eq!(read::<Inner>("{\"count\": 7}"), Err("at"));
        assert_eq!(read::<Kind>("\"neither\""), Err("of another form"));
        assert_eq!(read::<Vec<i64>>("[1, \"2\"]"), Err("of another form"));
        assert_eq!(read::<u16>("70000"), Err("of another form"));
        assert_eq!(
            read::<Inner>("[\"2026-11-21T10:00:00Z\", 7, 0.25]"),
            Err("of another form")
        );
    }
}
