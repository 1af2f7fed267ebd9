//! Icons: strokes on a 16 by 16 grid, in the colour of the text beside them.

use leptos::prelude::*;

/// The paths of an icon.
fn paths(name: &str) -> &'static str {
    match name {
        "home" => r#"<path d="M2 7l6-5 6 5v7H2z"/>"#,
        "list" => r#"<path d="M2 4h12M2 8h12M2 12h8"/>"#,
        "check" => r#"<path d="M3 8l3 3 7-7"/>"#,
        "pack" => r#"<rect x="2" y="4" width="12" height="10" rx="2"/><path d="M5 4a3 3 0 0 1 6 0"/>"#,
        "week" => r#"<path d="M3 2h10v12l-5-2-5 2z"/>"#,
        "bars" => r#"<path d="M3 13V8M8 13V3M13 13V6"/>"#,
        "book" => r#"<path d="M2 3h5a1 1 0 0 1 1 1v10a2 2 0 0 0-2-1H2zM14 3H9a1 1 0 0 0-1 1v10a2 2 0 0 1 2-1h4z"/>"#,
        "pulse" => r#"<path d="M1 8h3l2-5 4 10 2-5h3"/>"#,
        "board" => r#"<path d="M3 2h3v12H3zM10 2h3v8h-3z"/>"#,
        "person" => r#"<circle cx="8" cy="5" r="3"/><path d="M2 14c1-4 11-4 12 0"/>"#,
        "calendar" => r#"<rect x="2" y="3" width="12" height="11" rx="2"/><path d="M2 7h12M5 1v3M11 1v3"/>"#,
        "shield" => r#"<path d="M8 2l5 2v4c0 3-2 5-5 6-3-1-5-3-5-6V4z"/>"#,
        "trend" => r#"<path d="M2 13l4-5 3 3 5-7"/>"#,
        "plus" => r#"<path d="M8 3v10M3 8h10"/>"#,
        "search" => r#"<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/>"#,
        "timer" => r#"<circle cx="8" cy="9" r="5"/><path d="M8 9V6M6 1h4"/>"#,
        "close" => r#"<path d="M4 4l8 8M12 4l-8 8"/>"#,
        "alert" => r#"<path d="M8 2l6.5 12h-13zM8 6.5v3.5M8 12v.1"/>"#,
        "pause" => r#"<path d="M5.5 3v10M10.5 3v10"/>"#,
        "sun" => {
            r#"<circle cx="8" cy="8" r="3"/><path d="M8 1v1M8 14v1M1 8h1M14 8h1M3 3l.7.7M12.3 12.3l.7.7M13 3l-.7.7M3.7 12.3L3 13"/>"#
        }
        "moon" => r#"<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z"/>"#,
        "screen" => r#"<rect x="2" y="3" width="12" height="8" rx="1.5"/><path d="M5.5 14h5M8 11v3"/>"#,
        "more" => r#"<path d="M4 6l4 4 4-4"/>"#,
        "out" => r#"<path d="M6 2H3v12h3M7 8h7M11 5l3 3-3 3"/>"#,
        "refresh" => r#"<path d="M13 5A6 6 0 1 0 14 8M13.5 2v3.5H10"/>"#,
        "settings" => {
            r#"<path d="M2 5h6M12 5h2M2 11h2M8 11h6"/><circle cx="10" cy="5" r="2"/><circle cx="6" cy="11" r="2"/>"#
        }
        "clip" => r#"<path d="M12.5 7.5l-5 5a3 3 0 0 1-4.300-4.300l5.500-5.500a2 2 0 0 1 2.900 2.900L6.200 11"/>"#,
        _ => r#"<circle cx="8" cy="8" r="2"/>"#,
    }
}

/// An icon. It says nothing to a screen reader: the text beside it, or the label of its button, does.
#[component]
pub fn Icon(
    /// Such as `home`, `plus`, `search`.
    name: &'static str,
) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" inner_html=paths(name)></svg> }.into_any()
}

/// The product's sign and name.
#[component]
pub fn Brand() -> AnyView {
    let sign = r#"<rect class="bag" x="3" y="6" width="18" height="15" rx="4"/><path class="strap"
        d="M8 6V5a4 4 0 0 1 8 0v1"/><rect class="label" x="7" y="12" width="10" height="4" rx="1.500"/>"#;
    view! {
        <span class="brand">
            <svg viewBox="0 0 24 24" aria-hidden="true" inner_html=sign></svg>
            {crate::i18n::t("app.name")}
        </span>
    }
    .into_any()
}
