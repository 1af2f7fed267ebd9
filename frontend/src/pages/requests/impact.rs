//! How much it hurts: three questions, and what follows from the answers.

use daypack_api_types::{sla::SlaTargets, ticket::Impact as Answers};
use daypack_domain::{
    sla::ClockKind,
    ticket::{Impact, Severity as SeverityWord, Workaround},
};
use leptos::prelude::*;

use crate::{
    components::{ChoiceField, Remote, Severity, TextField},
    format::{minutes, word},
    i18n::{t, t_with},
};

/// The answers as they are typed.
#[derive(Clone, Copy)]
pub struct Hurt {
    blocked: RwSignal<String>,
    workaround: RwSignal<String>,
    people: RwSignal<String>,
}

impl Hurt {
    /// Nothing answered yet.
    pub fn new() -> Self {
        let [blocked, workaround, people] = [(); 3].map(|()| RwSignal::new(String::new()));
        Self {
            blocked,
            workaround,
            people,
        }
    }

    /// The answers, once the two that decide are given; one person where no number is.
    pub fn answers(self) -> Option<Answers> {
        let (blocked, workaround) = (self.blocked.get(), self.workaround.get());
        let workaround = Workaround::ALL.iter().copied().find(|one| one.as_str() == workaround)?;
        (!blocked.is_empty()).then(|| Answers {
            main_operation_blocked: blocked == "yes",
            workaround,
            people: self.people.get().trim().parse().unwrap_or(1),
        })
    }

    /// What the answers suggest; triage decides.
    fn severity(self) -> Option<SeverityWord> {
        let answers = self.answers()?;
        let impact = Impact {
            main_operation_blocked: answers.main_operation_blocked,
            workaround: answers.workaround,
            people: answers.people,
        };
        Some(impact.suggested_severity())
    }
}

/// The three questions.
pub fn questions(hurt: Hurt) -> AnyView {
    let blocked = vec![("yes", t("ask.yes")), ("no", t("ask.no"))];
    let workaround = Workaround::ALL
        .iter()
        .map(|one| (one.as_str(), word("workaround.", one.as_str())))
        .collect();
    view! {
        <ChoiceField label=t("ask.blocked") name="impact/main_operation_blocked" value=hurt.blocked options=blocked />
        <ChoiceField label=t("ask.workaround") name="impact/workaround" value=hurt.workaround options=workaround />
        <TextField label=t("ask.people") name="impact/people" value=hurt.people kind="number" />
    }
    .into_any()
}

/// What the answers suggest, and how soon somebody answers.
pub fn promise(hurt: Hurt, targets: Remote<Option<SlaTargets>>) -> AnyView {
    let shown = move || {
        let severity = hurt.severity();
        let Some(severity) = severity else {
            return view! { <p class="quiet">{t("ask.not_rated")}</p> }.into_any();
        };
        let targets = targets.get().flatten();
        let promised = targets.iter().flat_map(|targets| &targets.targets);
        let mut promised = promised.filter(|target| target.severity == severity);
        let first = promised.find(|target| target.clock == ClockKind::FirstResponse);
        let text = first.map(|first| t_with("ask.promise", &[("time", &minutes(first.target_minutes))]));
        view! {
            <p class="row"><Severity severity=severity suggested=true /><b>{t(&format!("severity.{}", severity.as_str()))}</b></p>
            <p class="quiet">{text}</p>
        }
        .into_any()
    };
    view! { <div class="promise card soft" aria-live="polite"><div class="pad stack tight small-text">{shown}</div></div> }
        .into_any()
}
