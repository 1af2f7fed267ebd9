//! Evidence: files that are chosen, dropped or pasted, and go out while the person goes on writing.

use daypack_api_types::attachment::Attachment;
use daypack_domain::{ids::AttachmentId, ticket::ATTACHMENTS_MAX};
use leptos::{html, prelude::*, task::spawn_local};
use web_sys::{File, FileList, XmlHttpRequest};

use super::{Button, Icon, Look};
use crate::{
    api::{ApiProblem, uploads},
    dom, format,
    i18n::{t, t_with},
};

/// One file of an [`UploadField`].
#[derive(Clone)]
struct Upload {
    id: u32,
    name: String,
    size: f64,
    /// An address of the picture within the browser, for pictures of this visit.
    picture: Option<String>,
    /// The share that has gone out, 0 to 1.
    sent: RwSignal<f64>,
    outcome: RwSignal<Option<Result<Attachment, ApiProblem>>>,
}

/// The files of a form: those that arrived, and those on their way.
#[derive(Clone, Copy)]
pub struct Uploads {
    all: RwSignal<Vec<Upload>>,
    last: StoredValue<u32>,
    /// Requests under way, to abort when a file is removed.
    requests: StoredValue<Vec<(u32, XmlHttpRequest)>, LocalStorage>,
    draft: StoredValue<Option<String>>,
}

impl Uploads {
    /// No files yet; with the name of a draft, those that arrived before the page was left (the server keeps files
    /// that belong to nothing for a day).
    pub fn new(draft: Option<String>) -> Self {
        let uploads = Self {
            all: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
            requests: StoredValue::new_local(Vec::new()),
            draft: StoredValue::new(draft.map(|name| ["draft.", &name, ".files"].concat())),
        };
        let kept = uploads.draft.get_value().and_then(|key| dom::stored(&key));
        let kept: Vec<Attachment> = kept
            .and_then(|text| crate::api::json::read(&text).ok())
            .unwrap_or_default();
        for file in kept {
            let (name, size) = (file.file_name.clone(), file.size_bytes as f64);
            uploads.add(name, size, None).outcome.set(Some(Ok(file)));
        }
        on_cleanup(move || uploads.stop());
        uploads
    }

    /// The files that arrived, to bind to what is sent.
    pub fn ids(self) -> Vec<AttachmentId> {
        self.arrived().iter().map(|file| file.id).collect()
    }

    /// Some are still on their way.
    pub fn is_busy(self) -> bool {
        self.all
            .with(|all| all.iter().any(|one| one.outcome.with(Option::is_none)))
    }

    /// Forgets all of them, once what they belong to has been sent.
    pub fn clear(self) {
        self.all.set(Vec::new());
        self.keep();
    }

    /// Begins to send files.
    pub fn send(self, files: &FileList) {
        for file in (0..files.length()).filter_map(|index| files.get(index)) {
            if self.all.with_untracked(Vec::len) < ATTACHMENTS_MAX {
                self.send_one(file);
            }
        }
    }

    fn send_one(self, file: File) {
        let picture = file
            .type_()
            .starts_with("image/")
            .then(|| web_sys::Url::create_object_url_with_blob(&file).ok())
            .flatten();
        let upload = self.add(file.name(), file.size(), picture);
        if file.size() > uploads::MOST_BYTES {
            upload.outcome.set(Some(Err(ApiProblem::from_answer(413, "", None))));
            return;
        }
        let id = upload.id;
        let sent = upload.sent;
        spawn_local(async move {
            let progress = move |share| {
                sent.try_set(share);
            };
            let begun = move |request| {
                self.requests.try_update_value(|all| all.push((id, request)));
            };
            let outcome = uploads::upload(file, progress, begun).await;
            upload.outcome.try_set(Some(outcome));
            self.keep();
        });
    }

    fn add(self, name: String, size: f64, picture: Option<String>) -> Upload {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        let upload = Upload {
            id,
            name,
            size,
            picture,
            sent: RwSignal::new(0.0),
            outcome: RwSignal::new(None),
        };
        self.all.update(|all| all.push(upload.clone()));
        upload
    }

    fn remove(self, id: u32) {
        self.requests.with_value(|all| {
            for (_, request) in all.iter().filter(|(of, _)| *of == id) {
                let _ = request.abort();
            }
        });
        self.all.update(|all| all.retain(|one| one.id != id));
        self.keep();
    }

    fn stop(self) {
        self.requests.with_value(|all| {
            for (_, request) in all {
                let _ = request.abort();
            }
        });
        self.all.with_untracked(|all| {
            for picture in all.iter().filter_map(|one| one.picture.as_deref()) {
                let _ = web_sys::Url::revoke_object_url(picture);
            }
        });
    }

    fn arrived(self) -> Vec<Attachment> {
        let arrived = |one: &Upload| one.outcome.try_get_untracked().flatten()?.ok();
        self.all
            .try_with_untracked(|all| all.iter().filter_map(arrived).collect())
            .unwrap_or_default()
    }

    fn keep(self) {
        let Some(key) = self.draft.try_get_value().flatten() else {
            return;
        };
        let arrived = self.arrived();
        match serde_json::to_string(&arrived) {
            Ok(text) if !arrived.is_empty() => dom::store(&key, &text),
            _ => dom::forget(&key),
        }
    }
}

/// A place for files: choose them, drop them here, or paste a screenshot anywhere on the screen.
#[component]
pub fn UploadField(
    /// The files.
    uploads: Uploads,
    /// Its label.
    #[prop(into)]
    label: String,
) -> AnyView {
    let over = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let id = dom::next_id("files");
    let pasted = window_event_listener(leptos::ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if let Some(files) = files.filter(|files| files.length() > 0) {
            event.prevent_default();
            uploads.send(&files);
        }
    });
    on_cleanup(move || pasted.remove());
    let dragged = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let dropped = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            uploads.send(&files);
        }
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            if let Some(files) = input.files() {
                uploads.send(&files);
            }
            // The same file can be chosen again after it was removed.
            input.set_value("");
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label} " " <span class="quiet">{t("form.optional")}</span></label>
            <div
                class="drop"
                class:over=move || over.get()
                on:dragover=dragged
                on:dragleave=move |_| over.set(false)
                on:drop=dropped
            >
                <Icon name="clip" />
                <span class="grow">{t("upload.text")}</span>
                <input id=id type="file" multiple=true node_ref=input on:change=chosen />
                <span class="button small" aria-hidden="true">{t("upload.choose")}</span>
            </div>
            <ul class="uploads" aria-live="polite">
                <For each=move || uploads.all.get() key=|one| one.id children=move |one| line(uploads, one) />
            </ul>
        </div>
    }
    .into_any()
}

fn line(uploads: Uploads, upload: Upload) -> AnyView {
    let id = upload.id;
    let picture = match upload.picture.clone() {
        Some(address) => view! { <img src=address alt="" width="40" height="40" /> }.into_any(),
        None => view! { <span class="file-sign"><Icon name="clip" /></span> }.into_any(),
    };
    let label = t_with("upload.sending", &[("name", &upload.name)]);
    let (sent, outcome, size) = (upload.sent, upload.outcome, upload.size);
    let state = move || match outcome.get() {
        None => {
            view! { <progress max="1" prop:value=move || sent.get() aria-label=label.clone()></progress> }.into_any()
        }
        Some(Ok(_)) => view! { <span class="quiet small-text">{format::bytes(size)}</span> }.into_any(),
        Some(Err(problem)) => view! { <span class="field-error">{problem.sentence()}</span> }.into_any(),
    };
    view! {
        <li>
            {picture}
            <span class="grow"><span class="clip name">{upload.name.clone()}</span>{state}</span>
            <Button
                label=t_with("upload.remove", &[("name", &upload.name)])
                icon="close"
                icon_only=true
                look=Look::Ghost
                small=true
                on_click=Callback::new(move |()| uploads.remove(id))
            />
        </li>
    }
    .into_any()
}
