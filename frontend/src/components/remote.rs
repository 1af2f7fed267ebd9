//! Something that the server knows, on its way to a screen.

use std::future::Future;

use leptos::{prelude::*, task::spawn_local};

use super::{ErrorState, Skeleton};
use crate::api::ApiProblem;

/// A value of the server: not here yet, here, or not to be had.
pub struct Remote<T: Send + Sync + 'static> {
    /// Nothing until the first answer; a failed reload keeps the value before.
    value: RwSignal<Option<Result<T, ApiProblem>>>,
    load: Callback<()>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Clone + Send + Sync + 'static> Remote<T> {
    /// Begins to load now. `fetch` runs again at each [`Self::reload`].
    pub fn load<F>(fetch: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiProblem>> + 'static,
    {
        let value = RwSignal::new(None);
        let load = Callback::new(move |()| {
            let answer = fetch();
            spawn_local(async move {
                let answer = answer.await;
                // The screen may be gone by now; and what is there is better than nothing.
                let failed_again =
                    answer.is_err() && value.try_with_untracked(|old| matches!(old, Some(Ok(_)))) == Some(true);
                if !failed_again {
                    value.try_set(Some(answer));
                }
            });
        });
        load.run(());
        Self { value, load }
    }

    /// Asks again; what is there stays until the answer comes.
    pub fn reload(self) {
        if self.value.with_untracked(|value| matches!(value, Some(Err(_)))) {
            self.value.set(None);
        }
        self.load.run(());
    }

    /// The value, when it is here.
    pub fn get(self) -> Option<T> {
        self.value.get().and_then(Result::ok)
    }

    /// Replaces the value by what an action answered.
    pub fn set(self, value: T) {
        self.value.set(Some(Ok(value)));
    }

    /// A skeleton, the reason with a way to try again, or what `show` makes of the value.
    pub fn view(self, lines: usize, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView {
        (move || match self.value.get() {
            None => view! { <Skeleton lines=lines /> }.into_any(),
            Some(Ok(value)) => show(value),
            Some(Err(problem)) => {
                view! { <ErrorState problem=problem retry=Callback::new(move |()| self.reload()) /> }.into_any()
            }
        })
        .into_any()
    }
}
