//! Something that the server knows, on its way to a screen.

use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::{ErrorState, Skeleton};
use crate::{api::ApiProblem, dom};

/// A value of the server: not here yet, here, or not to be had.
pub struct Remote<T> {
    loading: Loading,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<T> {}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// Begins to load now. `fetch` runs again at each [`Self::reload`].
    pub fn load<F>(fetch: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiProblem>> + 'static,
    {
        let fetch = Callback::new(move |()| -> Fetching {
            let answer = fetch();
            Box::pin(async move { answer.await.map(|value| Arc::new(value) as Value) })
        });
        Self {
            loading: Loading::begin(fetch),
            of: PhantomData,
        }
    }

    /// Asks again; what is there stays until the answer comes.
    pub fn reload(self) {
        self.loading.reload();
    }

    /// Forgets the value and asks anew, as for another organization.
    pub fn restart(self) {
        self.loading.restart();
    }

    /// The value, when it is here.
    pub fn get(self) -> Option<T> {
        typed(&self.loading.value()?)
    }

    /// As [`Self::get`], for a look that need not be repeated.
    pub fn get_untracked(self) -> Option<T> {
        typed(&untrack(move || self.loading.value())?)
    }

    /// Replaces the value by what an action answered.
    pub fn set(self, value: T) {
        dom::keep_focus();
        self.loading.answer.set(Some(Ok(Arc::new(value))));
    }

    /// A skeleton, the reason with a way to try again, or what `show` makes of the value.
    pub fn view(self, lines: usize, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        let show = move |value: Value| typed(&value).map_or_else(|| ().into_any(), &show);
        self.loading.view(lines, Box::new(show))
    }
}

type Value = Arc<dyn Any + Send + Sync>;
type Fetching = Pin<Box<dyn Future<Output = Result<Value, ApiProblem>>>>;

/// A [`Remote`] without the type of its value: all that is done with it, once in the program instead of for each type.
#[derive(Clone, Copy)]
struct Loading {
    /// Nothing until the first answer; a failed reload keeps the value before.
    answer: RwSignal<Option<Result<Value, ApiProblem>>>,
    fetch: Callback<(), Fetching>,
}

impl Loading {
    fn begin(fetch: Callback<(), Fetching>) -> Self {
        let loading = Self {
            answer: RwSignal::new(None),
            fetch,
        };
        loading.ask();
        loading
    }

    fn ask(self) {
        let answer = self.fetch.run(());
        spawn_local(async move {
            let answer = answer.await;
            // The screen may be gone by now; and what is there is better than nothing.
            let failed_again =
                answer.is_err() && self.answer.try_with_untracked(|old| matches!(old, Some(Ok(_)))) == Some(true);
            if !failed_again {
                dom::keep_focus();
                self.answer.try_set(Some(answer));
            }
        });
    }

    fn reload(self) {
        if self.answer.with_untracked(|answer| matches!(answer, Some(Err(_)))) {
            self.answer.set(None);
        }
        self.ask();
    }

    fn restart(self) {
        self.answer.set(None);
        self.ask();
    }

    fn value(self) -> Option<Value> {
        self.answer.get().and_then(Result::ok)
    }

    fn view(self, lines: usize, show: Box<dyn Fn(Value) -> AnyView + Send + Sync>) -> AnyView {
        (move || match self.answer.get() {
            None => view! { <Skeleton lines=lines /> }.into_any(),
            Some(Ok(value)) => show(value),
            Some(Err(problem)) => {
                view! { <ErrorState problem=problem retry=Callback::new(move |()| self.reload()) /> }.into_any()
            }
        })
        .into_any()
    }
}

fn typed<T: Clone + 'static>(value: &Value) -> Option<T> {
    value.downcast_ref::<T>().cloned()
}
