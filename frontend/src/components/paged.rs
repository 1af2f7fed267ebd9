//! Long lists, page after page.

use std::{future::Future, pin::Pin, sync::Arc};

use daypack_api_types::Page;
use leptos::{prelude::*, task::spawn_local};

use super::{Button, ErrorState, Skeleton};
use crate::{api::ApiProblem, dom, i18n::t};

type Fetching<T> = Pin<Box<dyn Future<Output = Result<Page<T>, ApiProblem>>>>;
type Fetch<T> = Arc<dyn Fn(Option<String>) -> Fetching<T> + Send + Sync>;

/// A list of the server that comes in pages.
pub struct Paged<T: Send + Sync + 'static> {
    /// Each page with its number, by which its rows stay when another is added.
    pages: RwSignal<Vec<(u32, Vec<T>)>>,
    next: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<ApiProblem>>,
    /// Grows with each restart, so that an answer to an earlier question is dropped.
    question: StoredValue<u32>,
    pages_ever: StoredValue<u32>,
    fetch: StoredValue<Fetch<T>>,
}

impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Paged<T> {}

impl<T: Clone + Send + Sync + 'static> Paged<T> {
    /// Begins to load the first page. `fetch` gets the cursor of the page that is wanted.
    pub fn load<F>(fetch: impl Fn(Option<String>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Page<T>, ApiProblem>> + 'static,
    {
        let fetch: Fetch<T> = Arc::new(move |cursor| Box::pin(fetch(cursor)));
        let paged = Self {
            pages: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            question: StoredValue::new(0),
            pages_ever: StoredValue::new(0),
            fetch: StoredValue::new(fetch),
        };
        paged.ask(None);
        paged
    }

    /// Asks anew from the first page; what is there stays until the answer comes.
    pub fn restart(self) {
        self.ask(None);
    }

    /// The next page.
    fn more(self) {
        let next = self.next.get_untracked();
        if next.is_some() && !self.busy.get_untracked() {
            self.ask(next);
        }
    }

    fn ask(self, cursor: Option<String>) {
        let question = self.question.get_value() + 1;
        self.question.set_value(question);
        self.busy.set(true);
        self.problem.set(None);
        let first = cursor.is_none();
        let answer = self.fetch.with_value(|fetch| fetch(cursor));
        spawn_local(async move {
            let answer = answer.await;
            if self.question.try_get_value() == Some(question) {
                self.answered(first, answer);
            }
        });
    }

    fn answered(self, first: bool, answer: Result<Page<T>, ApiProblem>) {
        match answer {
            Ok(page) => {
                dom::keep_focus();
                let number = self.pages_ever.get_value() + 1;
                self.pages_ever.set_value(number);
                self.next.set(page.next_cursor);
                self.pages.update(|pages| {
                    if first {
                        pages.clear();
                    }
                    pages.push((number, page.items));
                });
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
        self.busy.set(false);
    }

    /// Nothing is there, and nothing is on its way.
    fn is_empty(self) -> bool {
        self.pages
            .with(|pages| !pages.is_empty() && pages.iter().all(|(_, items)| items.is_empty()))
    }

    /// The list: `rows` makes the rows of one page for what `around` puts around all of them; `empty` is shown where
    /// there are none.
    pub fn view(
        self,
        lines: usize,
        empty: impl Fn() -> AnyView + Send + Sync + 'static,
        row: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
        around: impl Fn(AnyView) -> AnyView + Send + Sync + 'static,
    ) -> AnyView {
        let state = Memo::new(move |_| match self.pages.with(Vec::is_empty) {
            true => 0,
            false if self.is_empty() => 1,
            false => 2,
        });
        let list = move || match state.get() {
            0 if self.problem.with(Option::is_some) => ().into_any(),
            0 => view! { <div class="pad"><Skeleton lines=lines /></div> }.into_any(),
            1 => empty(),
            _ => {
                let row = row.clone();
                let page =
                    move |(_, items): (u32, Vec<T>)| items.into_iter().map(row.clone()).collect_view().into_any();
                around(view! { <For each=move || self.pages.get() key=|page| page.0 children=page /> }.into_any())
            }
        };
        let foot = move || {
            if let Some(problem) = self.problem.get() {
                let retry = Callback::new(move |()| self.ask(self.next.get_untracked()));
                return view! { <ErrorState problem=problem retry=retry /> }.into_any();
            }
            let more = Callback::new(move |()| self.more());
            let button = move || {
                view! { <div class="more"><Button label=t("action.more") busy=self.busy on_click=more /></div> }
            };
            self.next.with(Option::is_some).then(button).into_any()
        };
        view! { {list} {foot} }.into_any()
    }
}
