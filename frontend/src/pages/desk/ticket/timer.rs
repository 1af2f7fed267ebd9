//! A stop watch for work. It is kept in the browser, so that it runs on when the page is left.

use daypack_domain::Instant;
use leptos::prelude::*;

use crate::{
    components::{Button, Icon, Look},
    dom, format,
    i18n::{t, t_with},
    time,
};

/// Signing out forgets it, as it forgets drafts.
const KEY: &str = "draft.timer";

/// The stop watch; one for all requests, as a person does one thing at a time.
#[derive(Clone, Copy, PartialEq)]
pub struct Timer(RwSignal<Option<Running>>);

/// What it measures.
#[derive(Clone, PartialEq)]
struct Running {
    reference: String,
    since_milliseconds: i64,
}

impl Timer {
    /// As the browser keeps it.
    pub fn kept() -> Self {
        let kept = dom::stored(KEY).and_then(|text| {
            let (reference, since) = text.split_once(' ')?;
            Some(Running {
                reference: reference.to_owned(),
                since_milliseconds: since.parse().ok()?,
            })
        });
        Self(RwSignal::new(kept))
    }

    /// One that does not run, for time that was measured otherwise.
    pub fn idle() -> Self {
        Self(RwSignal::new(None))
    }

    /// Whole minutes measured, at least one; nothing when it does not run.
    pub fn minutes(self) -> Option<i64> {
        let seconds = self
            .0
            .with_untracked(|running| running.as_ref().map(|running| running.seconds(time::now())))?;
        Some(((seconds + 59) / 60).max(1))
    }

    /// Ends it without a trace.
    pub fn forget(self) {
        dom::forget(KEY);
        self.0.try_set(None);
    }

    fn start(self, reference: String) {
        let since_milliseconds = time::now().timestamp_millis();
        dom::store(KEY, &format!("{reference} {since_milliseconds}"));
        self.0.set(Some(Running {
            reference,
            since_milliseconds,
        }));
    }

    /// Starts it; while it runs for this request, shows the time and logs it when pressed; while it runs for another,
    /// leads there.
    pub fn view(self, reference: String, log: Callback<()>) -> AnyView {
        let here = StoredValue::new(reference);
        (move || match self.0.get() {
            None => {
                let start = Callback::new(move |()| self.start(here.get_value()));
                view! { <Button label=t("timer.start") icon="timer" on_click=start /> }.into_any()
            }
            Some(running) if here.with_value(|here| *here == running.reference) => self.running(running, log),
            Some(running) => {
                let text = t_with("timer.elsewhere", &[("reference", &running.reference)]);
                view! {
                    <a class="button" href=format!("/tickets/{}", running.reference)><Icon name="timer" />{text}</a>
                }
                .into_any()
            }
        })
        .into_any()
    }

    fn running(self, running: Running, log: Callback<()>) -> AnyView {
        let now = time::ticking();
        let shown = move || format::stop_watch(running.seconds(now.get()));
        let forget = Callback::new(move |()| self.forget());
        view! {
            <span class="timer">
                <button type="button" class="button running" title=t("timer.log") on:click=move |_| log.run(())>
                    <Icon name="timer" />
                    <span class="tabular">{shown}</span>
                    <span class="for-reader">{t("timer.log")}</span>
                </button>
                <Button label=t("timer.forget") icon="close" icon_only=true look=Look::Ghost on_click=forget />
            </span>
        }
        .into_any()
    }
}

impl Running {
    fn seconds(&self, now: Instant) -> i64 {
        (now.timestamp_millis() - self.since_milliseconds).max(0) / 1000
    }
}
